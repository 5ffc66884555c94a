package io.saddle.primaltrainer.multipliers;

import io.saddle.primaltrainer.checkpoint.ReadPosition.Estimate;
import io.saddle.run.dual.DualRule;
import io.saddle.schema.ConstraintDefinition;
import io.saddle.schema.LossEstimate;
import io.saddle.schema.ThresholdKind;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** Each constraint's estimates: who is waited for. Written by the reader's thread, asked by the trainer's. */
public final class EstimateLog {

    /** Of each constraint. More than come of later snapshots while a step waits. */
    private static final int KEPT = 1000;

    private final Map<String, Estimate> newest = new HashMap<>();
    private final Map<String, Estimate> restored = new HashMap<>();
    /** Each with the loss that a relative threshold counts from, the smallest of those that it came with: infinity if with none. */
    private final Map<String, Map<Estimate, Double>> recent = new HashMap<>();

    /** Goes on from what is known; before anything comes. */
    public synchronized void restore(Map<String, Estimate> known) {
        newest.putAll(known);
        restored.putAll(known);
    }

    /** Each constraint's newest. */
    public synchronized Map<String, Estimate> newest() {
        return new TreeMap<>(newest);
    }

    /** Takes an estimate up; shadows move nothing and are not waited for, and for one that no dual step can be made with another is. */
    public synchronized void add(LossEstimate estimate) {
        if (!estimate.getShadow() && DualRule.isUsable(estimate.getLoss())) {
            String id = estimate.getConstraintId();
            Estimate now = new Estimate(estimate.getStep(), estimate.getConstraintVersion(), estimate.getEvaluator());
            newest.merge(id, now, EstimateLog::newer);
            keep(recent.computeIfAbsent(id, any -> new LinkedHashMap<>()), now, size(estimate.getThresholdReference()));
        }
    }

    private static void keep(Map<Estimate, Double> recent, Estimate now, double reference) {
        Double before = recent.remove(now);
        recent.put(now, before == null ? reference : Math.min(before, reference));
        if (recent.size() > KEPT) {
            recent.remove(recent.keySet().iterator().next());
        }
    }

    private static double size(Double reference) {
        return reference == null || reference.isNaN() ? Double.POSITIVE_INFINITY : Math.abs(reference);
    }

    private static Estimate newer(Estimate before, Estimate now) {
        boolean sameVersion = now.version() == before.version();
        boolean replaces = sameVersion ? now.step() >= before.step() : now.version() > before.version();
        return replaces ? now : before;
    }

    /** Those of {@code active} of which no estimate in force is of a snapshot of {@code step} or later. */
    public synchronized List<ConstraintDefinition> missing(List<ConstraintDefinition> active, long step) {
        return active.stream()
                .filter(definition -> !isInForce(newest.get(definition.getConstraintId()), definition, step)
                        || lacksReference(newest.get(definition.getConstraintId()), definition))
                .toList();
    }

    /**
     * Those of {@code active} of which no estimate in force is of the snapshot of {@code step}: one of a later snapshot, which another
     * dual step is made of, is none. Of what was read before this log a later one alone is known, and passes for this one as well.
     */
    public synchronized List<ConstraintDefinition> missingOf(List<ConstraintDefinition> active, long step) {
        return active.stream()
                .filter(definition -> !hasThatOf(definition, step))
                .toList();
    }

    private boolean hasThatOf(ConstraintDefinition definition, long step) {
        String id = definition.getConstraintId();
        Estimate wanted = new Estimate(step, definition.getVersion(), definition.getEvaluator());
        return isInForce(restored.get(id), definition, step)
                || recent.getOrDefault(id, Map.of()).containsKey(wanted) && !lacksReference(wanted, definition);
    }

    private boolean lacksReference(Estimate estimate, ConstraintDefinition definition) {
        Double reference =
                recent.getOrDefault(definition.getConstraintId(), Map.of()).get(estimate);
        return definition.getThresholdKind() != ThresholdKind.ABSOLUTE
                && reference != null
                && !DualRule.isUsable(reference * (1 + definition.getThreshold()));
    }

    private static boolean isInForce(Estimate estimate, ConstraintDefinition definition, long step) {
        return estimate != null
                && estimate.version() == definition.getVersion()
                && estimate.evaluator().equals(definition.getEvaluator())
                && estimate.step() >= step;
    }
}
