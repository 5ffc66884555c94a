package io.saddle.lab.experiment;

import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.databind.JsonNode;
import io.saddle.diffusion.evaluation.LossEstimateResult;
import io.saddle.lab.report.Curves;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * The findings of the fine-tuning experiment: the content of {@code result.json}.
 *
 * @param digit the class that the model is tuned on
 * @param pretrained before
 * @param free tuned without a constraint
 * @param held tuned with the constraint
 */
record FinetuneResult(
        Instant createdAt, Map<String, String> versions, int digit, Model pretrained, Model free, Model held) {

    /** The share of the new class that shows that it was learnt, above the pre-trained model's. */
    static final double LEARNT = 0.05;

    /** A constraint that is violated by no more of its bound counts as met: its loss is an estimate. */
    static final double MET_WITHIN = 0.1;

    /**
     * One model.
     *
     * @param spec of its run, every default filled in
     * @param classFrequencies what a classifier sees in its samples, by class
     * @param lossOld denoising loss on the classes that it was pre-trained on
     * @param lossNew on the class that it is tuned on
     * @param distance mean squared distance of its output to the pre-trained model's, on pure noise; 0 for that one
     * @param multiplier at the end, mean over the last tenth of the dual steps; null without a constraint
     * @param constraintLoss likewise, of the current weights
     * @param bound threshold and relaxation, likewise
     */
    record Model(
            String runId,
            JsonNode spec,
            double fid,
            int images,
            String featureExtractor,
            String reference,
            Map<Integer, Double> classFrequencies,
            LossEstimateResult lossOld,
            LossEstimateResult lossNew,
            double distance,
            Double multiplier,
            Double constraintLoss,
            Double bound,
            Curves curves) {}

    /** Something that was expected, and what came of it. */
    record Check(String expected, String found, boolean held) {}

    double share(Model model) {
        return model.classFrequencies().getOrDefault(digit, 0.0);
    }

    /** By how much the loss on what it knew has grown, of what it was. */
    double forgotten(Model model) {
        return model.lossOld().loss() / pretrained.lossOld().loss() - 1;
    }

    @JsonProperty
    List<Check> checks() {
        return List.of(
                new Check(
                        "the constraint is met at the end, within " + percent(MET_WITHIN),
                        number(held.constraintLoss()) + " of " + number(held.bound()) + " allowed",
                        held.constraintLoss() <= (1 + MET_WITHIN) * held.bound()),
                new Check(
                        "tuned with the constraint, the model draws " + digit + "s",
                        percent(share(held)) + " against " + percent(share(pretrained)) + " before",
                        share(held) >= share(pretrained) + LEARNT),
                new Check(
                        "it forgets less of the other digits than without",
                        "loss on them " + signedPercent(forgotten(held)) + " against " + signedPercent(forgotten(free)),
                        forgotten(held) < forgotten(free)),
                new Check(
                        "its Frechet distance on all ten digits is smaller than without, at equal N",
                        number(held.fid()) + " against " + number(free.fid()) + ", N = " + held.images() + " and "
                                + free.images(),
                        held.fid() < free.fid() && held.images() == free.images()));
    }

    static String percent(double share) {
        return String.format(Locale.ROOT, "%.1f %%", 100 * share);
    }

    static String signedPercent(double share) {
        return String.format(Locale.ROOT, "%+.1f %%", 100 * share);
    }

    static String number(double value) {
        double size = Math.abs(value);
        String format = size == 0 ? "%.0f" : size < 0.01 ? "%.3g" : size < 1 ? "%.4f" : "%.2f";
        return String.format(Locale.ROOT, format, value);
    }
}
