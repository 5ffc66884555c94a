package io.saddle.lab.experiment;

import com.fasterxml.jackson.databind.JsonNode;
import io.saddle.lab.report.Curves;
import io.saddle.run.spec.RunSpec;
import java.time.Instant;
import java.util.List;
import java.util.Map;

/**
 * Everything that the experiment found: the content of {@code result.json}.
 *
 * @param runs the training runs, in their order
 * @param multipliers how far apart the two modes ended, one row for each constraint's multiplier
 * @param losses the same of each constraint's loss and of the objective's
 * @param cost what a primal step takes
 */
record BatchingResult(
        Instant createdAt,
        Map<String, String> versions,
        long steps,
        List<Long> seeds,
        List<Run> runs,
        List<Difference> multipliers,
        List<Difference> losses,
        Cost cost) {

    /**
     * One run.
     *
     * @param spec its specification, every default filled in
     * @param multipliers after its last dual step, by constraint
     * @param losses that this dual step used, by constraint
     * @param objectiveLoss mean over the rows of the last tenth of the steps
     * @param rowsPerStep mean number of images in a step
     * @param millisPerStep median wall time of a primal step
     * @param trainingSeconds sum of the primal steps' wall time
     */
    record Run(
            String runId,
            RunSpec.Batching batching,
            long seed,
            JsonNode spec,
            Map<String, Double> multipliers,
            Map<String, Double> losses,
            double objectiveLoss,
            double rowsPerStep,
            double millisPerStep,
            double trainingSeconds,
            List<String> alerts,
            Curves curves) {}

    /**
     * A figure in both modes.
     *
     * @param of what it is of: a constraint's id or {@code objective}
     * @param mixture mean over the seeds
     * @param weightedSum mean over the seeds
     * @param relative (mixture - weightedSum) / weightedSum
     * @param spread standard deviation between seeds within a mode, pooled; null with a single seed
     * @param standardErrors the difference in units of its standard error, spread sqrt(2 / seeds); null with a single seed
     * @param agree whether it is at most {@value BatchingComparison#TOLERANCE} of the figure, or at most
     *     {@value BatchingComparison#STANDARD_ERRORS} standard errors
     */
    record Difference(
            String of,
            double mixture,
            double weightedSum,
            double relative,
            Double spread,
            Double standardErrors,
            boolean agree) {}

    /**
     * The cost of the modes, as medians over the runs of a mode.
     *
     * @param ratio milliseconds of a weighted-sum step / of a mixture step
     */
    record Cost(
            double mixtureMillis, double weightedSumMillis, double ratio, double mixtureRows, double weightedSumRows) {}

    boolean agree() {
        return multipliers.stream().allMatch(Difference::agree);
    }
}
