package io.saddle.primaltrainer.descent;

import io.saddle.artifact.ArtifactStore;
import io.saddle.kafka.DeadLetters;
import io.saddle.kafka.KafkaSettings;
import io.saddle.model.DiffusersModels;
import io.saddle.model.SelectedData;
import io.saddle.primaltrainer.ownership.RunStatusTable;
import io.saddle.run.RunTables;
import io.saddle.serde.Serdes;
import io.saddle.service.AlertLog;
import io.saddle.service.MemoryLimit;
import java.time.Clock;
import java.util.function.LongSupplier;

/**
 * The surroundings that a trainer trains in, runs and slots alike.
 *
 * @param clock what records are dated by
 * @param nanos what time is measured by, {@link System#nanoTime} but for tests
 * @param threads that share a step; part of what makes it the same to the bit
 * @param memory of one training
 */
public record TrainerEnvironment(
        KafkaSettings kafka,
        Serdes serdes,
        DeadLetters deadLetters,
        RunTables tables,
        RunStatusTable statuses,
        ArtifactStore artifacts,
        SelectedData data,
        DiffusersModels models,
        Clock clock,
        LongSupplier nanos,
        AlertLog alerts,
        String worker,
        String build,
        int threads,
        MemoryLimit memory) {

    /** @throws IllegalArgumentException naming the setting that is wrong: no run is to be refused for it */
    public TrainerEnvironment {
        if (threads < 1) {
            throw new IllegalArgumentException("saddle.trainer.threads must be >= 1, was " + threads);
        }
    }
}
