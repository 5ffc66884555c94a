package io.saddle.primaltrainer.multipliers;

import io.saddle.schema.ConstraintDefinition;
import io.saddle.schema.LossEstimate;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Each constraint's newest estimate: who is waited for. Written by the reader's thread, asked by the trainer's. */
public final class EstimateLog {

    private final Map<String, LossEstimate> newest = new HashMap<>();

    /** Takes an estimate up; shadows move nothing and are not waited for. */
    public synchronized void add(LossEstimate estimate) {
        if (!estimate.getShadow()) {
            newest.merge(estimate.getConstraintId(), estimate, EstimateLog::newer);
        }
    }

    private static LossEstimate newer(LossEstimate before, LossEstimate now) {
        boolean sameVersion = now.getConstraintVersion() == before.getConstraintVersion();
        boolean replaces = sameVersion
                ? now.getStep() >= before.getStep()
                : now.getConstraintVersion() > before.getConstraintVersion();
        return replaces ? now : before;
    }

    /** Those of {@code active} of which no estimate in force is of a snapshot of {@code step} or later. */
    public synchronized List<ConstraintDefinition> missing(List<ConstraintDefinition> active, long step) {
        return active.stream().filter(definition -> !isThere(definition, step)).toList();
    }

    private boolean isThere(ConstraintDefinition definition, long step) {
        LossEstimate estimate = newest.get(definition.getConstraintId());
        return estimate != null
                && estimate.getConstraintVersion() == definition.getVersion()
                && estimate.getEvaluator().equals(definition.getEvaluator())
                && estimate.getStep() >= step;
    }
}
