package io.saddle.lab.bench.pipeline;

import io.saddle.lab.report.FollowedRun;
import io.saddle.schema.GradientSummary;
import io.saddle.schema.LossEstimate;
import io.saddle.schema.MultiplierUpdate;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/**
 * The records of a run, as far as its times follow from them.
 *
 * @param summaries one for each step, in order
 * @param announced when the RAW snapshot of a step was first handed to the broker
 * @param copied steps after which the model was copied, for a snapshot or a checkpoint
 * @param estimates in the order of the topic
 * @param updates one for each dual step, in order
 */
record RunRecords(
        List<GradientSummary> summaries,
        Map<Long, Instant> announced,
        Set<Long> copied,
        List<LossEstimate> estimates,
        List<MultiplierUpdate> updates) {

    /**
     * The records so far.
     *
     * @param checkpointEvery steps between two checkpoints, which no topic tells of
     */
    static RunRecords of(FollowedRun run, long checkpointEvery) {
        Set<Long> copied = new TreeSet<>(run.copied());
        run.summaries().stream()
                .map(GradientSummary::getStep)
                .filter(step -> step % checkpointEvery == 0)
                .forEach(copied::add);
        return new RunRecords(run.summaries(), run.announced(), copied, run.estimates(), run.multipliers());
    }
}
