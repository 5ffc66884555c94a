package io.saddle.dualupdater;

import io.saddle.kafka.RecordHistory;
import io.saddle.schema.ConstraintDefinition;
import io.saddle.schema.MultiplierUpdate;
import io.saddle.schema.TrainingRun;
import io.saddle.topic.Topics;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Function;
import java.util.function.ToIntFunction;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Brings back what a partition's store has lost together with its changelog, from the topics that are kept for ever: runs,
 * constraints and the multipliers themselves. Without it a run would begin anew at dual step 0 and emit a second vector for a
 * dual step.
 *
 * <p>A changelog record and the multiplier update of the same dual step are committed in one transaction. So a store that knows
 * the partition's newest update knows all of them, and a look at that one record tells whether there is anything to do. It is
 * asked when a task has begun, when the store has been restored and nobody else can commit for the partition any more. A store that
 * knows more is of a time that the topics have lost, as when Kafka was set up anew from a backup: nothing of it counts.
 *
 * <p>It brings back as well what a build before this one has refused: a specification with a key that it did not know, submitted
 * while services were exchanged. The run would wait for its multipliers for ever.
 */
final class DualRebuild {

    private static final Logger LOG = LoggerFactory.getLogger(DualRebuild.class);

    private final RecordHistory past;
    private final Function<TrainingRun, DualSettings> settings;
    private final ToIntFunction<String> homes;

    /** @param homes the partition of each run, by its id: what lies elsewhere is nobody's */
    DualRebuild(RecordHistory past, Function<TrainingRun, DualSettings> settings, ToIntFunction<String> homes) {
        this.past = past;
        this.settings = settings;
        this.homes = homes;
    }

    /** @param stored what the store has */
    RecoveredRuns missing(int partition, StoredRuns stored) {
        return new RecoveredRuns(lost(partition, stored), readable(partition, stored.refused()));
    }

    private Map<String, DualRun> lost(int partition, StoredRuns stored) {
        Optional<MultiplierUpdate> newest = past.newest(Topics.MULTIPLIERS, partition);
        if (newest.isEmpty()) {
            return stored.areNone() ? rebuilt(partition, stored::of) : Map.of();
        }
        DualRun known = stored.of(newest.get().getRunId());
        if (known == null || known.dualStep() < newest.get().getDualStep()) {
            return rebuilt(partition, stored::of);
        }
        if (known.dualStep() == newest.get().getDualStep()) {
            return Map.of();
        }
        LOG.warn(
                "the store knows dual step {} of run {}, {} none after {}: the store is of a time that the topics have lost",
                known.dualStep(),
                known.runId(),
                Topics.MULTIPLIERS.name(),
                newest.get().getDualStep());
        return rebuilt(partition, runId -> null);
    }

    private List<TrainingRun> readable(int partition, Set<String> refused) {
        if (refused.isEmpty()) {
            return List.of();
        }
        Map<String, TrainingRun> newest = new TreeMap<>();
        past.forEach(Topics.RUNS, partition, run -> {
            if (refused.contains(run.getRunId()) && isReadable(run)) {
                newest.put(run.getRunId(), run);
            } else {
                // One before it, which is still on the topic, is not what is wanted any more.
                newest.remove(run.getRunId());
            }
        });
        newest.keySet().forEach(runId -> LOG.warn("run {} is taken up: an earlier build has refused it", runId));
        return List.copyOf(newest.values());
    }

    private boolean isReadable(TrainingRun run) {
        try {
            settings.apply(run);
            return true;
        } catch (IllegalArgumentException e) {
            // It is among the dead letters since it came.
            return false;
        }
    }

    /** @param stored gives what counts of the store; null for a run of which nothing does */
    private Map<String, DualRun> rebuilt(int partition, Function<String, DualRun> stored) {
        Map<String, DualRun> found = new TreeMap<>();
        past.forEach(Topics.RUNS, partition, run -> {
            if (homes.applyAsInt(run.getRunId()) == partition) {
                begin(run, stored, found);
            }
        });
        Set<String> forgetful = new TreeSet<>();
        past.forEach(Topics.MULTIPLIERS, partition, update -> {
            DualRun before = known(update.getRunId(), stored, found);
            DualRun after = before.afterMade(update);
            if (after != before) {
                found.put(update.getRunId(), after);
                if (after.settings() != null && after.settings().isForgottenBy(update)) {
                    forgetful.add(update.getRunId());
                } else {
                    forgetful.remove(update.getRunId());
                }
            }
        });
        past.forEach(Topics.CONSTRAINTS, partition, definition -> {
            if (homes.applyAsInt(definition.getRunId()) == partition) {
                define(definition, stored, found);
            }
        });
        found.values().stream()
                .filter(run -> run.dualStep() > 0)
                .forEach(run -> LOG.warn(
                        "run {} is rebuilt from {} up to dual step {}, since the store and its changelog do not know it",
                        run.runId(),
                        Topics.MULTIPLIERS.name(),
                        run.dualStep()));
        forgetful.forEach(runId -> LOG.warn(
                "run {}: its newest update is of an earlier release and has no memory of its dual optimizer, which begins anew",
                runId));
        return found;
    }

    private void begin(TrainingRun run, Function<String, DualRun> stored, Map<String, DualRun> found) {
        if (stored.apply(run.getRunId()) == null) {
            try {
                DualRun begun = known(KeptName.of("run", run.getRunId()), stored, found);
                found.put(
                        run.getRunId(),
                        DualAscent.onRun(begun, settings.apply(run)).run());
            } catch (IllegalArgumentException e) {
                LOG.warn("run {} is left out: {}", run.getRunId(), e.getMessage());
            }
        }
    }

    /** A run that the store knows well enough has its definitions too, and may have estimates waiting for one to change. */
    private static void define(
            ConstraintDefinition definition, Function<String, DualRun> stored, Map<String, DualRun> found) {
        String runId = definition.getRunId();
        if (found.containsKey(runId) || stored.apply(runId) == null) {
            try {
                DualRun before = known(KeptName.of("run", runId), stored, found);
                found.put(runId, DualAscent.onConstraint(before, definition).run());
            } catch (IllegalArgumentException e) {
                // It is among the dead letters since it came.
                LOG.warn("a constraint of run {} is left out: {}", runId, e.getMessage());
            }
        }
    }

    private static DualRun known(String runId, Function<String, DualRun> stored, Map<String, DualRun> found) {
        DualRun run = found.containsKey(runId) ? found.get(runId) : stored.apply(runId);
        return run == null ? DualRun.unknown(runId) : run;
    }
}
