package io.saddle.dualupdater;

import io.saddle.kafka.RecordHistory;
import io.saddle.schema.ConstraintDefinition;
import io.saddle.schema.MultiplierUpdate;
import io.saddle.schema.TrainingRun;
import io.saddle.topic.Topics;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Function;
import org.apache.kafka.streams.state.KeyValueIterator;
import org.apache.kafka.streams.state.KeyValueStore;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Brings back what a partition's store has lost together with its changelog, from the topics that are kept for ever: runs,
 * constraints and the multipliers themselves. Without it a run would begin anew at dual step 0 and emit a second vector for a
 * dual step.
 *
 * <p>A changelog record and the multiplier update of the same dual step are committed in one transaction. So a store that knows
 * the partition's newest update knows all of them, and a look at that one record tells whether there is anything to do. It is
 * asked when a task begins, when the store has been restored and nobody else can commit for the partition any more.
 */
final class DualRebuild {

    private static final Logger LOG = LoggerFactory.getLogger(DualRebuild.class);

    private final RecordHistory past;
    private final Function<TrainingRun, DualSettings> settings;

    DualRebuild(RecordHistory past, Function<TrainingRun, DualSettings> settings) {
        this.past = past;
        this.settings = settings;
    }

    /** The runs that the store knows nothing of, or too little; they replace what it has. */
    Map<String, DualRun> missing(int partition, KeyValueStore<String, DualRun> store) {
        return isWhole(partition, store) ? Map.of() : rebuilt(partition, store);
    }

    private boolean isWhole(int partition, KeyValueStore<String, DualRun> store) {
        Optional<MultiplierUpdate> newest = past.newest(Topics.MULTIPLIERS, partition);
        if (newest.isEmpty()) {
            return !isEmpty(store);
        }
        DualRun known = store.get(newest.get().getRunId());
        return known != null && known.dualStep() >= newest.get().getDualStep();
    }

    private static boolean isEmpty(KeyValueStore<String, DualRun> store) {
        try (KeyValueIterator<String, DualRun> all = store.all()) {
            return !all.hasNext();
        }
    }

    private Map<String, DualRun> rebuilt(int partition, KeyValueStore<String, DualRun> store) {
        Map<String, DualRun> found = new TreeMap<>();
        past.forEach(Topics.RUNS, partition, run -> begin(run, store, found));
        past.forEach(Topics.MULTIPLIERS, partition, update -> {
            DualRun before = known(update.getRunId(), store, found);
            DualRun after = before.afterMade(update);
            if (after != before) {
                found.put(update.getRunId(), after);
            }
        });
        past.forEach(Topics.CONSTRAINTS, partition, definition -> define(definition, store, found));
        found.values().stream()
                .filter(run -> run.dualStep() > 0)
                .forEach(run -> LOG.warn(
                        "run {} is rebuilt from {} up to dual step {}, since the store and its changelog do not know it",
                        run.runId(),
                        Topics.MULTIPLIERS.name(),
                        run.dualStep()));
        return found;
    }

    private void begin(TrainingRun run, KeyValueStore<String, DualRun> store, Map<String, DualRun> found) {
        if (store.get(run.getRunId()) == null) {
            try {
                DualRun begun = found.getOrDefault(run.getRunId(), DualRun.unknown(run.getRunId()));
                found.put(
                        run.getRunId(),
                        DualAscent.onRun(begun, settings.apply(run)).run());
            } catch (IllegalArgumentException e) {
                LOG.warn("run {} has a specification that cannot be read: {}", run.getRunId(), e.getMessage());
            }
        }
    }

    /** A run that the store knows well enough has its definitions too, and may have estimates waiting for one to change. */
    private static void define(
            ConstraintDefinition definition, KeyValueStore<String, DualRun> store, Map<String, DualRun> found) {
        String runId = definition.getRunId();
        if (found.containsKey(runId) || store.get(runId) == null) {
            found.put(
                    runId,
                    DualAscent.onConstraint(known(runId, store, found), definition)
                            .run());
        }
    }

    private static DualRun known(String runId, KeyValueStore<String, DualRun> store, Map<String, DualRun> found) {
        DualRun run = found.containsKey(runId) ? found.get(runId) : store.get(runId);
        return run == null ? DualRun.unknown(runId) : run;
    }
}
