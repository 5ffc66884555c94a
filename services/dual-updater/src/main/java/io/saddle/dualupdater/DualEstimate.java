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

    private static final int MOST_BYTES_WITHOUT_NAMES = 300;
    /** A control character in JSON, the longest of all. */
    private static final int MOST_BYTES_OF_CHARACTER = 6;

    /** What it takes in the run's state at most. */
    int mostBytes() {
        return MOST_BYTES_WITHOUT_NAMES + MOST_BYTES_OF_CHARACTER * (constraintId.length() + evaluator.length());
    }

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
