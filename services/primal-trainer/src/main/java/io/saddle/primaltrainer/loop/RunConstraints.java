package io.saddle.primaltrainer.loop;

import io.saddle.primaltrainer.multipliers.MultiplierVector;
import io.saddle.run.RunTables;
import io.saddle.run.spec.ConstraintKinds;
import io.saddle.schema.ConstraintDefinition;
import io.saddle.schema.ConstraintState;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;

/** The constraints that are required now, and those that the next step trains on. */
final class RunConstraints {

    private final String runId;
    private final RunTables tables;
    private List<ConstraintDefinition> active;
    private List<ConstraintDefinition> shadows;
    private Map<String, Long> activeSince = Map.of();
    private List<ConstraintDefinition> trained = List.of();
    private Set<String> names = Set.of();
    private boolean redefined = true;

    /** @param step primal steps done */
    RunConstraints(String runId, RunTables tables, long step) {
        this.runId = runId;
        this.tables = tables;
        this.active = tables.active(runId);
        this.activeSince = since(step);
        this.shadows = shadowsNow();
    }

    /**
     * Takes up what has changed on the topic.
     *
     * @param step primal steps done
     * @return whether active constraints came, went or changed
     */
    boolean refresh(long step) {
        List<ConstraintDefinition> now = tables.active(runId);
        if (now.equals(active)) {
            return false;
        }
        active = now;
        activeSince = since(step);
        redefined = true;
        return true;
    }

    /** True if evaluators in the shadow came, went or changed since it was asked last. */
    boolean shadowsChanged() {
        List<ConstraintDefinition> before = shadows;
        shadows = shadowsNow();
        return !shadows.equals(before);
    }

    private List<ConstraintDefinition> shadowsNow() {
        return tables.constraints(runId).stream()
                .filter(definition -> definition.getState() == ConstraintState.SHADOW)
                .toList();
    }

    private Map<String, Long> since(long step) {
        Map<String, Long> since = new TreeMap<>();
        for (ConstraintDefinition definition : active) {
            String id = definition.getConstraintId();
            since.put(id, activeSince.getOrDefault(id, step));
        }
        return Collections.unmodifiableMap(since);
    }

    /** The constraints in force now, by id in order. */
    List<ConstraintDefinition> active() {
        return active;
    }

    /** By active constraint the primal step since which it is known to this trainer. */
    Map<String, Long> activeSince() {
        return activeSince;
    }

    /**
     * Takes up the constraints that a vector names: what its steps train on.
     *
     * @return whether the sources are others than before
     * @throws IllegalStateException if one of them is not known here within half a minute: to train without it would be another step
     */
    boolean train(MultiplierVector vector) throws InterruptedException {
        if (!redefined && vector.multipliers().keySet().equals(names)) {
            return false;
        }
        names = vector.multipliers().keySet();
        Map<String, Integer> wanted = names.stream().collect(Collectors.toMap(id -> id, id -> 1));
        // Definitions and multipliers come on different topics.
        if (!tables.awaitVersions(runId, wanted)) {
            throw new IllegalStateException("dual step " + vector.dualStep() + " moved " + names
                    + ", not all of which are on saddle.constraints");
        }
        List<ConstraintDefinition> now = names.stream()
                .map(id -> tables.constraint(runId, id).orElseThrow())
                .toList();
        boolean changed = !now.equals(trained);
        redefined = false;
        trained = now;
        return changed;
    }

    /** The constraints that are trained on, by id in order: the sources after the objective. */
    List<ConstraintDefinition> trained() {
        return trained;
    }

    /** By constraint the version in force. */
    Map<String, Integer> versions() {
        return active.stream()
                .collect(Collectors.toMap(ConstraintDefinition::getConstraintId, ConstraintDefinition::getVersion));
    }

    /** True if a constraint is measured on snapshots, by somebody else. */
    boolean needSnapshots() {
        return active.stream().anyMatch(c -> !isMeasuredHere(c));
    }

    /** True if the trainer measures it, from the losses that it computes anyway. */
    static boolean isMeasuredHere(ConstraintDefinition definition) {
        return definition.getEvaluator().equals(ConstraintKinds.MINIBATCH_LOSS);
    }
}
