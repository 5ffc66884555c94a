package io.saddle.lab.bench.pipeline;

import io.saddle.schema.GradientSummary;
import io.saddle.schema.LossEstimate;
import io.saddle.schema.MultiplierUpdate;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * What the topics said of a run.
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
        List<MultiplierUpdate> updates) {}
