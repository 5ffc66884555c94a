package io.saddle.lab.experiment;

import com.fasterxml.jackson.databind.JsonNode;
import io.saddle.lab.report.Curves;
import io.saddle.lab.study.Interval;
import java.time.Instant;
import java.util.List;
import java.util.Map;

/**
 * Everything that the experiment found: the content of {@code result.json}.
 *
 * @param ways what was compared
 * @param runs the training runs, in their order
 * @param multipliers how far apart the two ways ended, one row for each constraint's multiplier
 * @param losses the same of each constraint's loss and of the objective's
 * @param cost what a primal step takes
 */
record TwoWaysResult(
        Instant createdAt,
        Map<String, String> versions,
        TwoWays ways,
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
     * @param waitingShare of the time of all steps and waits, that of waiting for multipliers
     * @param trainingSeconds sum of the primal steps' wall time
     */
    record Run(
            String runId,
            String way,
            long seed,
            JsonNode spec,
            Map<String, Double> multipliers,
            Map<String, Double> losses,
            double objectiveLoss,
            double rowsPerStep,
            double millisPerStep,
            double waitingShare,
            double trainingSeconds,
            List<String> alerts,
            Curves curves) {}

    /** What the seeds show of a difference. */
    enum Verdict {
        /** The whole interval of the difference is within {@value TwoWaysComparison#TOLERANCE} of the figure. */
        SAME,
        /** The whole interval is beyond. */
        DIFFERENT,
        /** Neither, as with one seed. */
        OPEN
    }

    /**
     * A figure in both ways.
     *
     * @param of what it is of: a constraint's id or {@code objective}
     * @param first mean over the seeds
     * @param second mean over the seeds
     * @param relative first - second seed by seed, of the mean of both ways: the mean and its 95 % interval
     */
    record Difference(String of, double first, double second, Interval relative, Verdict verdict) {}

    /**
     * The cost of the ways, as medians over the runs of each.
     *
     * @param ratio milliseconds of a step in the second way / in the first
     */
    record Cost(
            double firstMillis,
            double secondMillis,
            double ratio,
            double firstRows,
            double secondRows,
            double firstWaiting,
            double secondWaiting) {}

    /** Of all multipliers: one that differs is enough, and as long as one is open, it is. */
    Verdict verdict() {
        List<Verdict> verdicts = multipliers.stream().map(Difference::verdict).toList();
        return verdicts.contains(Verdict.DIFFERENT)
                ? Verdict.DIFFERENT
                : verdicts.contains(Verdict.OPEN) ? Verdict.OPEN : Verdict.SAME;
    }

    boolean agree() {
        return verdict() == Verdict.SAME;
    }
}
