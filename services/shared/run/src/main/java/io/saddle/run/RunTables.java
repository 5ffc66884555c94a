package io.saddle.run;

import io.saddle.schema.ConstraintDefinition;
import io.saddle.schema.ConstraintState;
import io.saddle.schema.RunLifecycle;
import io.saddle.schema.RunMetadata;
import io.saddle.schema.TrainingRun;
import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.BooleanSupplier;

/**
 * The runs and constraints that are wanted, from the newest records of saddle.runs and saddle.constraints, and what people say of
 * runs on saddle.run-metadata. Written by the reader's thread, read by any. A lower revision or version never replaces a higher one.
 */
public final class RunTables {

    private static final Duration PATIENCE = Duration.ofSeconds(30);
    private static final long LOOK_AGAIN_MILLIS = 20;

    private final Duration patience;

    private final Map<String, TrainingRun> runs = new ConcurrentHashMap<>();
    private final Map<String, Map<String, ConstraintDefinition>> constraints = new ConcurrentHashMap<>();
    private final Map<String, RunMetadata> metadata = new ConcurrentHashMap<>();

    public RunTables() {
        this(PATIENCE);
    }

    /** @param patience for what is waited for, since records of several topics come in any order */
    public RunTables(Duration patience) {
        this.patience = patience;
    }

    public void put(TrainingRun run) {
        runs.merge(run.getRunId(), run, (old, now) -> now.getRevision() >= old.getRevision() ? now : old);
    }

    public void put(RunMetadata said) {
        metadata.merge(said.getRunId(), said, (old, now) -> now.getRevision() >= old.getRevision() ? now : old);
    }

    /** Forgets a run that was deleted with its history. */
    public void removeRun(String runId) {
        runs.remove(runId);
    }

    /** Forgets a constraint of such a run. */
    public void removeConstraint(String runId, String constraintId) {
        constraints.computeIfPresent(runId, (id, old) -> {
            Map<String, ConstraintDefinition> now = new TreeMap<>(old);
            now.remove(constraintId);
            return now.isEmpty() ? null : now;
        });
    }

    public void put(ConstraintDefinition definition) {
        constraints.compute(definition.getRunId(), (id, old) -> {
            Map<String, ConstraintDefinition> now = old == null ? new TreeMap<>() : new TreeMap<>(old);
            now.merge(
                    definition.getConstraintId(),
                    definition,
                    (before, after) -> after.getVersion() >= before.getVersion() ? after : before);
            return now;
        });
    }

    public Optional<TrainingRun> run(String runId) {
        return Optional.ofNullable(runs.get(runId));
    }

    /** What people have said of a run; empty as long as nobody has. */
    public Optional<RunMetadata> metadata(String runId) {
        return Optional.ofNullable(metadata.get(runId));
    }

    /** Of every run of which something was said, runs that are deleted with their history included. */
    public List<RunMetadata> metadata() {
        return List.copyOf(metadata.values());
    }

    /** ACTIVE unless something else was said. */
    public RunLifecycle lifecycle(String runId) {
        return metadata(runId).map(RunMetadata::getLifecycle).orElse(RunLifecycle.ACTIVE);
    }

    /** True if the run's artifacts are gone, or on their way out: nobody is to miss them. */
    public boolean isDeleted(String runId) {
        return isDeleted(lifecycle(runId));
    }

    /** True if the run was deleted with its history: but for that, nothing is to be known of it any more. */
    public boolean isForgotten(String runId) {
        return !runs.containsKey(runId)
                && metadata(runId)
                        .filter(said -> said.getLifecycle() == RunLifecycle.DELETED && said.getWithHistory())
                        .isPresent();
    }

    /** As {@link #isDeleted(String)}, of what was said of a run. */
    public static boolean isDeleted(RunLifecycle lifecycle) {
        return lifecycle == RunLifecycle.DELETING || lifecycle == RunLifecycle.DELETED;
    }

    /**
     * The run once it and its constraints are known: across topics records come in any order, and a run's first snapshot may
     * be here before its definition.
     *
     * @return empty if that does not happen within the patience for it
     */
    public Optional<TrainingRun> awaitComplete(String runId) throws InterruptedException {
        return await(() -> isComplete(runId)) ? run(runId) : Optional.empty();
    }

    /**
     * Waits until the run's constraints are known in these versions or newer ones.
     *
     * @param versions by constraint
     * @return false if that does not happen within the patience for it
     */
    public boolean awaitVersions(String runId, Map<String, Integer> versions) throws InterruptedException {
        return await(() -> versions.entrySet().stream()
                .allMatch(wanted -> constraint(runId, wanted.getKey())
                        .filter(known -> known.getVersion() >= wanted.getValue())
                        .isPresent()));
    }

    private boolean await(BooleanSupplier known) throws InterruptedException {
        long deadline = System.nanoTime() + patience.toNanos();
        while (!known.getAsBoolean()) {
            if (System.nanoTime() > deadline) {
                return false;
            }
            Thread.sleep(LOOK_AGAIN_MILLIS);
        }
        return true;
    }

    /** All runs, oldest first. */
    public List<TrainingRun> runs() {
        return runs.values().stream()
                .sorted(Comparator.comparing(TrainingRun::getSubmittedAt).thenComparing(TrainingRun::getRunId))
                .toList();
    }

    /** The run's constraints, by id in order; retired ones too. */
    public List<ConstraintDefinition> constraints(String runId) {
        return List.copyOf(constraints.getOrDefault(runId, Map.of()).values());
    }

    /** One of them. */
    public Optional<ConstraintDefinition> constraint(String runId, String constraintId) {
        return Optional.ofNullable(constraints.getOrDefault(runId, Map.of()).get(constraintId));
    }

    /** The run's constraints that are trained on and have a multiplier, by id in order. */
    public List<ConstraintDefinition> active(String runId) {
        return constraints(runId).stream()
                .filter(c -> c.getState() == ConstraintState.ACTIVE || c.getState() == ConstraintState.RETIRING)
                .toList();
    }

    /** True if the run and all the constraints that it starts with are known: across topics records come in any order. */
    public boolean isComplete(String runId) {
        TrainingRun run = runs.get(runId);
        return run != null && constraints.getOrDefault(runId, Map.of()).keySet().containsAll(run.getConstraintIds());
    }
}
