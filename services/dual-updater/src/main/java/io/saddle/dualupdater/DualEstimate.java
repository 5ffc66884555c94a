package io.saddle.dualupdater;

import io.saddle.schema.LossEstimate;

/**
 * The part that the dual step needs of a {@link LossEstimate}.
 *
 * @param thresholdReference what a relative threshold counts from; null without one
 */
record DualEstimate(
        String constraintId,
        int constraintVersion,
        String evaluator,
        long step,
        long dualStep,
        double loss,
        boolean shadow,
        Double thresholdReference) {

    static DualEstimate of(LossEstimate estimate) {
        return new DualEstimate(
                estimate.getConstraintId(),
                estimate.getConstraintVersion(),
                estimate.getEvaluator(),
                estimate.getStep(),
                estimate.getDualStep(),
                estimate.getLoss(),
                estimate.getShadow(),
                estimate.getThresholdReference());
    }
}
