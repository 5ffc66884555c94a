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

    /** @throws IllegalArgumentException if its names are too long to be kept */
    static DualEstimate of(LossEstimate estimate) {
        return new DualEstimate(
                KeptName.of("constraint", estimate.getConstraintId()),
                estimate.getConstraintVersion(),
                KeptName.of("evaluator", estimate.getEvaluator()),
                estimate.getStep(),
                estimate.getDualStep(),
                estimate.getLoss(),
                estimate.getShadow(),
                estimate.getThresholdReference());
    }
}
