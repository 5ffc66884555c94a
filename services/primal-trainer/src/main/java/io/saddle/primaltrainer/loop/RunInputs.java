package io.saddle.primaltrainer.loop;

import io.saddle.primaltrainer.multipliers.EstimateLog;
import io.saddle.primaltrainer.multipliers.MultiplierLog;
import io.saddle.primaltrainer.multipliers.MultiplierTraces;
import java.util.Map;
import java.util.function.Supplier;

/**
 * The records of other services that a run's trainer reads.
 *
 * @param offsets how far it has read, by topic
 */
record RunInputs(
        MultiplierLog multipliers,
        EstimateLog estimates,
        MultiplierTraces traces,
        Supplier<Map<String, Long>> offsets) {}
