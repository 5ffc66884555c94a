package io.saddle.primaltrainer.loop;

import io.saddle.primaltrainer.checkpoint.ReadPosition;
import io.saddle.primaltrainer.multipliers.EstimateLog;
import io.saddle.primaltrainer.multipliers.MultiplierLog;
import io.saddle.primaltrainer.multipliers.MultiplierTraces;
import java.util.Optional;
import java.util.function.Supplier;

/**
 * The records of other services that a run's trainer reads.
 *
 * @param position where a checkpoint's successor has to read on
 * @param obstacle what keeps the trainer from reading them now; empty where nothing does
 */
record RunInputs(
        MultiplierLog multipliers,
        EstimateLog estimates,
        MultiplierTraces traces,
        Supplier<ReadPosition> position,
        Supplier<Optional<String>> obstacle) {}
