package io.saddle.dualupdater;

import io.saddle.schema.ConstraintDefinition;
import io.saddle.schema.ConstraintMultiplier;
import io.saddle.schema.ConstraintState;
import io.saddle.schema.ThresholdKind;
import java.util.OptionalDouble;

/**
 * The definition of a constraint that is in force, as far as the dual step needs it.
 *
 * @param active true where estimates move the multiplier
 * @param evaluator the only evaluator whose estimates count; null while the definition is not known, as after a rebuild from
 *     the multipliers alone
 * @param threshold b, or where {@code thresholdKind} is relative delta: b = reference (1 + delta)
 * @param decay what the multiplier is multiplied with in place of a dual step, 0 where the constraint is retired; null where
 *     it is not leaving
 * @param learningRate its own; null: the run's
 * @param resilience its own gamma; null: the run's
 */
record DualDefinition(
        int version,
        boolean active,
        String evaluator,
        double threshold,
        ThresholdKind thresholdKind,
        Double decay,
        Double learningRate,
        Double resilience) {

    /** @throws IllegalArgumentException if its names are too long to be kept */
    static DualDefinition of(ConstraintDefinition definition) {
        KeptName.of("constraint", definition.getConstraintId());
        ConstraintState state = definition.getState();
        return new DualDefinition(
                definition.getVersion(),
                state == ConstraintState.ACTIVE || state == ConstraintState.RETIRING,
                KeptName.of("evaluator", definition.getEvaluator()),
                definition.getThreshold(),
                definition.getThresholdKind(),
                decay(definition),
                definition.getDualLearningRate(),
                definition.getResilience());
    }

    private static Double decay(ConstraintDefinition definition) {
        return switch (definition.getState()) {
            case RETIRED -> 0.0;
            case RETIRING -> definition.getRetirementDecay() == null ? 0.0 : definition.getRetirementDecay();
            default -> null;
        };
    }

    /** True if b of the other's last step is this one's, too. */
    boolean boundsAs(DualDefinition other) {
        return version == other.version || threshold == other.threshold && thresholdKind == other.thresholdKind;
    }

    /** The little that a dual step's record tells of a definition. */
    static DualDefinition unknown(ConstraintMultiplier row) {
        return new DualDefinition(
                row.getVersion(), false, null, row.getThreshold(), ThresholdKind.ABSOLUTE, null, null, null);
    }

    /** After a dual step that was made before; a definition newer than this one is not known here. */
    DualDefinition after(ConstraintMultiplier row) {
        return row.getVersion() > version
                ? new DualDefinition(
                        row.getVersion(),
                        false,
                        null,
                        row.getThreshold(),
                        thresholdKind,
                        decay,
                        learningRate,
                        resilience)
                : this;
    }

    boolean isKnown() {
        return evaluator != null;
    }

    /** True if a definition tells something new. */
    boolean isSupersededBy(ConstraintDefinition definition) {
        return isKnown() ? definition.getVersion() > version : definition.getVersion() >= version;
    }

    /** True if an estimate is of this version, by its evaluator, of a constraint that is active. */
    boolean isMeasuredBy(DualEstimate estimate) {
        return active && isOfVersion(estimate) && estimate.evaluator().equals(evaluator);
    }

    boolean isOfVersion(DualEstimate estimate) {
        return estimate.constraintVersion() == version;
    }

    /**
     * A bound as a definition's {@code threshold} has it, where the present threshold came to {@code present}: of a relative one
     * b = reference (1 + delta), as a delta.
     */
    double writtenAs(double bound, double present) {
        return switch (thresholdKind) {
            case ABSOLUTE, UNKNOWN -> bound;
            case RELATIVE_TO_OBJECTIVE, RELATIVE_TO_REFERENCE -> bound * (1 + threshold) / present - 1;
        };
    }

    /** b for an estimate; empty if it lacks the reference that the threshold is relative to. */
    OptionalDouble thresholdOf(DualEstimate estimate) {
        return switch (thresholdKind) {
            case ABSOLUTE -> OptionalDouble.of(threshold);
            case RELATIVE_TO_OBJECTIVE, RELATIVE_TO_REFERENCE ->
                estimate.thresholdReference() == null
                        ? OptionalDouble.empty()
                        : OptionalDouble.of(estimate.thresholdReference() * (1 + threshold));
            case UNKNOWN -> OptionalDouble.empty();
        };
    }
}
