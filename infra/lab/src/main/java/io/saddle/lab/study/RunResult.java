package io.saddle.lab.study;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.databind.JsonNode;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * One finished run of a study: the content of its file in {@code docs/evidence}.
 *
 * @param hash of all that it follows from, see {@link PlannedRun}
 * @param specification as the study states it, with the places of data and judges as they are written
 * @param machine processor, cores, memory, system, JVM, date and commit
 * @param command by which it was made
 * @param run its name in the stack
 * @param shares of the samples that the classifier puts into each class, by its name
 * @param rareShare sum over the classes that the study is about; null where it names none
 * @param mixtureRareShare the same of what the optimum generates by the mixture weights: a classifier that mistakes other samples for
 *     those sees more; null where a weight is no share of any data (distillation), or not known
 * @param classifierAccuracy on the reference's images; null where not known
 * @param multipliers at the end, means over the last tenth of the dual steps, by constraint
 * @param mixture weights after the last dual step, the objective's too
 * @param heldOutObjective loss of the best judged model on images of the objective's classes that nobody trained on; null where none
 *     are held out, or not known
 * @param best the judged model that a person would take; null if none was judged
 * @param memorised how near the rare samples are to the training data; null where that was not looked for
 */
@JsonIgnoreProperties(ignoreUnknown = true)
record RunResult(
        String study,
        String variant,
        long seed,
        String hash,
        JsonNode specification,
        JsonNode machine,
        String command,
        Instant startedAt,
        Instant finishedAt,
        Seconds seconds,
        String run,
        Map<String, Double> shares,
        Double rareShare,
        Double mixtureRareShare,
        String classifier,
        Double classifierAccuracy,
        String reference,
        List<Measure> measures,
        Map<String, Double> multipliers,
        Map<String, Double> mixture,
        List<Requirement> requirements,
        Double heldOutObjective,
        Best best,
        Memorisation memorised,
        List<String> alerts) {

    /**
     * @param training sum of the primal steps' wall time
     * @param waiting for multipliers
     * @param judging drawing and judging samples of the finished model
     * @param whole from submission to the judgement
     */
    record Seconds(double training, double waiting, double judging, double whole) {}

    /**
     * Distances between samples and reference under one network.
     *
     * @param floorFrechet between two halves of real images; null with too few, as all that may be null
     */
    record Measure(
            String metric,
            String network,
            int images,
            double frechet,
            Double floorFrechet,
            Double kid,
            Double kidStandardError,
            Double floorKid,
            Double precision,
            Double recall,
            Double density,
            Double coverage) {}

    /**
     * One constraint at the best of the judged models.
     *
     * @param required false where its multiplier is a weight chosen by hand, and its bound nothing that was asked for
     * @param loss mean over the last tenth of the dual steps before it; null where none moved it
     * @param bound threshold and relaxation, likewise
     * @param heldOutLoss the model's (its average of the weights), on images that nobody trained on; null where none are held out, as its standard error
     */
    record Requirement(
            String id, boolean required, Double loss, Double bound, Double heldOutLoss, Double heldOutStandardError) {

        /** Losses are estimates: what exceeds a bound by no more counts as within it. */
        static final double MET_WITHIN = 0.05;

        /**
         * Whether the bound holds on held-out images; null where that is not known, or nothing was required.
         *
         * @param within by how much of it the bound may be exceeded
         */
        Boolean held(double within) {
            return !required || bound == null || heldOutLoss == null ? null : heldOutLoss <= (1 + within) * bound;
        }

        /** The loss by its bound, where something was required: on held-out images where there are any, else as the run measured it. */
        Double byBound() {
            Double measured = heldOutLoss != null ? heldOutLoss : loss;
            return !required || bound == null || bound == 0 || measured == null ? null : measured / bound;
        }
    }

    /**
     * The judged model that violates its constraints least, of {@code judged} ones.
     *
     * @param violation of the constraint that is violated most, by its bound; null where that cannot be said, see JudgedModel
     * @param frechet null where the network of the newest score has not judged it
     */
    record Best(long step, Double violation, Double frechet, int judged) {}

    /** What is known of a constraint; empty where the run has no such. */
    Optional<Requirement> requirement(String id) {
        return requirements.stream()
                .filter(requirement -> requirement.id().equals(id))
                .findFirst();
    }
}
