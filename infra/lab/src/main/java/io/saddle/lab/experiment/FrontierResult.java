package io.saddle.lab.experiment;

import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.databind.JsonNode;
import io.saddle.diffusion.evaluation.LossEstimateResult;
import io.saddle.lab.judging.LastDualSteps;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;

/**
 * The trade-off curve: the content of {@code result.json}.
 *
 * @param constraint whose setting was swept
 * @param swept threshold or resilience
 * @param start the model that every run began from; null: random weights
 * @param points in the order of the constraint's loss
 */
record FrontierResult(
        Instant createdAt,
        Map<String, String> versions,
        String constraint,
        String swept,
        String start,
        List<Point> points) {

    FrontierResult {
        points = points.stream()
                .sorted(Comparator.comparingDouble(
                        point -> point.constraintLoss().loss()))
                .toList();
    }

    /**
     * One run.
     *
     * @param value the setting
     * @param objectiveLoss the finished model's denoising loss on the objective's data
     * @param constraintLoss the finished model's too
     * @param last the constraint as the last dual steps saw it
     */
    record Point(
            String runId,
            JsonNode spec,
            double value,
            LossEstimateResult objectiveLoss,
            LossEstimateResult constraintLoss,
            LastDualSteps last,
            double fid,
            int images) {}

    /**
     * The shadow price that the curve has between two neighbours.
     *
     * @param slope objective loss gained for one unit more of constraint loss
     * @param standardError of the slope, from those of the objective's losses; both models are measured on the same draws, so
     *     it is rather too large
     * @param multiplier the mean of the two: near the optimum it is that slope
     */
    record Slope(double slope, double standardError, double multiplier) {}

    /** Between neighbours, one fewer than there are points. */
    @JsonProperty
    List<Slope> slopes() {
        List<Slope> slopes = new ArrayList<>();
        for (int i = 1; i < points.size(); i++) {
            Point a = points.get(i - 1);
            Point b = points.get(i);
            double more = b.constraintLoss().loss() - a.constraintLoss().loss();
            double gained = a.objectiveLoss().loss() - b.objectiveLoss().loss();
            double error = Math.hypot(
                    a.objectiveLoss().standardError(), b.objectiveLoss().standardError());
            slopes.add(new Slope(
                    gained / more,
                    error / more,
                    (a.last().multiplier() + b.last().multiplier()) / 2));
        }
        return slopes;
    }
}
