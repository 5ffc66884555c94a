package io.saddle.primaltrainer.slot;

import io.saddle.run.RunTables;
import io.saddle.run.spec.RunSpecParser;
import io.saddle.schema.TrainingRun;
import jakarta.inject.Singleton;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/** Which runs have slots: asked often, and a run's specification stays. */
@Singleton
public final class SlottedRuns {

    private final RunTables tables;
    private final Map<String, Boolean> known = new ConcurrentHashMap<>();

    public SlottedRuns(RunTables tables) {
        this.tables = tables;
    }

    public boolean isSlotted(String runId) {
        return tables.run(runId).filter(this::isSlotted).isPresent();
    }

    boolean isSlotted(TrainingRun run) {
        return known.computeIfAbsent(run.getRunId(), id -> hasSlots(run.getSpec()));
    }

    /** One that cannot be read is its own trainer's to refuse. */
    private static boolean hasSlots(String spec) {
        try {
            return spec.contains("\"slots\"")
                    && new RunSpecParser().fromJson(spec).training().slotCount() > 1;
        } catch (RuntimeException e) {
            return false;
        }
    }
}
