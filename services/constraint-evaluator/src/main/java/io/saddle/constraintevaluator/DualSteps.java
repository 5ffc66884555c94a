package io.saddle.constraintevaluator;

import io.saddle.kafka.CatchUpReader;
import io.saddle.kafka.KafkaSettings;
import io.saddle.kafka.Received;
import io.saddle.run.spec.RunSpec;
import io.saddle.schema.ConstraintDefinition;
import io.saddle.schema.ConstraintMultiplier;
import io.saddle.schema.ConstraintState;
import io.saddle.schema.ModelSnapshot;
import io.saddle.schema.MultiplierUpdate;
import io.saddle.serde.Serdes;
import io.saddle.service.BoundedMap;
import io.saddle.topic.Topics;
import jakarta.annotation.PreDestroy;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.kafka.common.errors.AuthorizationException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The dual steps that were taken, by the multipliers' log: a snapshot that one was taken for, or whose estimates would come too late
 * for any, is measured for nobody. One thread at a time.
 */
@Singleton
public class DualSteps {

    private static final Logger LOG = LoggerFactory.getLogger(DualSteps.class);
    /** How far other machines' clocks may be behind the trainer's; beyond, a snapshot is measured again at most. */
    private static final long CLOCK_SKEW_MILLIS = Duration.ofHours(1).toMillis();
    /** Runs; a few numbers each. */
    private static final int KEPT = 1000;

    private static final class Run {
        private long dualStep;
        private final Map<ConstraintVersion, Long> steps = new HashMap<>();
    }

    private final CatchUpReader<MultiplierUpdate> reader;
    private final Map<String, Run> runs = BoundedMap.leastRecentFirst(KEPT);

    @Inject
    DualSteps(KafkaSettings kafka, Serdes serdes) {
        reader = new CatchUpReader<>(kafka, serdes, Topics.MULTIPLIERS, received -> put(received.value()));
    }

    /**
     * Looks up whether a snapshot's estimates can still move a multiplier.
     *
     * @param measured the constraints that would be measured on it
     */
    boolean areTakenFor(Received<ModelSnapshot> received, RunSpec.Dual dual, List<ConstraintDefinition> measured)
            throws InterruptedException {
        try {
            reader.catchUp(received.partition(), received.timestamp() - CLOCK_SKEW_MILLIS);
        } catch (AuthorizationException e) {
            LOG.warn(
                    "which snapshots need no estimates any more is not known: {}; ./saddle setup gives the right",
                    e.getMessage());
            return false;
        }
        return areTakenFor(received.value(), dual, measured);
    }

    void put(MultiplierUpdate update) {
        Run run = runs.computeIfAbsent(update.getRunId(), id -> new Run());
        run.dualStep = Math.max(run.dualStep, update.getDualStep());
        for (ConstraintMultiplier constraint : update.getConstraints()) {
            if (constraint.getLoss() != null) {
                run.steps.merge(
                        new ConstraintVersion(constraint.getConstraintId(), constraint.getVersion()),
                        update.getStep(),
                        Math::max);
            }
        }
    }

    /** A shadow moves no multiplier: alone it has whatever it comes to measured. */
    boolean areTakenFor(ModelSnapshot snapshot, RunSpec.Dual dual, List<ConstraintDefinition> measured) {
        Run run = runs.get(snapshot.getRunId());
        List<ConstraintDefinition> moving = measured.stream()
                .filter(definition -> definition.getState() != ConstraintState.SHADOW)
                .toList();
        if (run == null || moving.isEmpty()) {
            return false;
        }
        return dual.mode().isReproducible()
                ? run.dualStep >= dual.dualStepOf(snapshot.getStep())
                : moving.stream()
                        .map(ConstraintVersion::of)
                        .allMatch(moved -> run.steps.getOrDefault(moved, -1L) >= snapshot.getStep());
    }

    @PreDestroy
    void close() {
        reader.close();
    }
}
