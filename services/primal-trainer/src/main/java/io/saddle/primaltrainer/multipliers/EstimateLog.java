package io.saddle.primaltrainer.multipliers;

import io.saddle.primaltrainer.checkpoint.ReadPosition.Estimate;
import io.saddle.schema.ConstraintDefinition;
import io.saddle.schema.LossEstimate;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** Each constraint's newest estimate: who is waited for. Written by the reader's thread, asked by the trainer's. */
public final class EstimateLog {

    private final Map<String, Estimate> newest = new HashMap<>();

    /** Goes on from what is known; before anything comes. */
    public synchronized void restore(Map<String, Estimate> known) {
        newest.putAll(known);
    }

    /** Each constraint's newest. */
    public synchronized Map<String, Estimate> newest() {
        return new TreeMap<>(newest);
    }

    /** Takes an estimate up; shadows move nothing and are not waited for. */
    public synchronized void add(LossEstimate estimate) {
        if (!estimate.getShadow()) {
            newest.merge(
                    estimate.getConstraintId(),
                    new Estimate(estimate.getStep(), estimate.getConstraintVersion(), estimate.getEvaluator()),
                    EstimateLog::newer);
        }
    }

    private static Estimate newer(Estimate before, Estimate now) {
        boolean sameVersion = now.version() == before.version();
        boolean replaces = sameVersion ? now.step() >= before.step() : now.version() > before.version();
        return replaces ? now : before;
    }

    /** Those of {@code active} of which no estimate in force is of a snapshot of {@code step} or later. */
    public synchronized List<ConstraintDefinition> missing(List<ConstraintDefinition> active, long step) {
        return active.stream().filter(definition -> !isThere(definition, step)).toList();
    }

    private boolean isThere(ConstraintDefinition definition, long step) {
        Estimate estimate = newest.get(definition.getConstraintId());
        return estimate != null
                && estimate.version() == definition.getVersion()
                && estimate.evaluator().equals(definition.getEvaluator())
                && estimate.step() >= step;
    }
}
