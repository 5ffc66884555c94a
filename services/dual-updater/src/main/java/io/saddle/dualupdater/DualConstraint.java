package io.saddle.dualupdater;

import com.fasterxml.jackson.annotation.JsonIgnore;
import io.saddle.run.dual.DualMemory;
import io.saddle.schema.ConstraintDefinition;
import io.saddle.schema.ConstraintMultiplier;
import io.saddle.schema.ConstraintState;
import io.saddle.schema.MultiplierHandover;
import io.saddle.schema.ThresholdKind;
import java.util.OptionalDouble;

/**
 * The dual side of one constraint: its definition in force, its multiplier, and what was last used of its estimates.
 *
 * @param version version of the definition in force
 * @param active whether estimates move the multiplier
 * @param evaluator the only evaluator whose estimates count; null while the definition is not known, as after a rebuild from
 *     the multipliers alone
 * @param threshold b, or where {@code thresholdKind} is relative delta: b = reference (1 + delta)
 * @param multiplier lambda now
 * @param memory what the dual optimizer remembers
 * @param lastStep primal step of the newest snapshot that moved it; -1 before the first
 * @param reported how far past the run's limit it was reported, see {@link DualSettings#doublingsPastLimit}
 * @param thresholdKind null, as in states of earlier releases: absolute
 * @param decay what the multiplier is multiplied with in place of a dual step, 0 where the constraint is retired; null where
 *     it is not leaving
 * @param learningRate its own; null: the run's
 * @param resilience its own gamma; null: the run's
 * @param bound b in the last step that moved it; null before, and in states of earlier releases
 */
record DualConstraint(
        int version,
        boolean active,
        String evaluator,
        double threshold,
        double multiplier,
        DualMemory memory,
        long lastStep,
        int reported,
        ThresholdKind thresholdKind,
        Double decay,
        Double learningRate,
        Double resilience,
        Double bound) {

    /** A multiplier that decays is 0 when it weighs less than this. */
    private static final double NEGLIGIBLE = 1e-3;

    DualConstraint {
        thresholdKind = thresholdKind == null ? ThresholdKind.ABSOLUTE : thresholdKind;
    }

    static DualConstraint first(ConstraintDefinition definition) {
        return defined(definition, definition.getInitialMultiplier(), DualMemory.NONE, -1, 0, null);
    }

    private static DualConstraint defined(
            ConstraintDefinition definition,
            double multiplier,
            DualMemory memory,
            long lastStep,
            int reported,
            Double bound) {
        ConstraintState state = definition.getState();
        return new DualConstraint(
                definition.getVersion(),
                state == ConstraintState.ACTIVE || state == ConstraintState.RETIRING,
                definition.getEvaluator(),
                definition.getThreshold(),
                multiplier,
                memory,
                lastStep,
                reported,
                definition.getThresholdKind(),
                decay(definition),
                definition.getDualLearningRate(),
                definition.getResilience(),
                bound);
    }

    private static Double decay(ConstraintDefinition definition) {
        return switch (definition.getState()) {
            case RETIRED -> 0.0;
            case RETIRING -> definition.getRetirementDecay() == null ? 0.0 : definition.getRetirementDecay();
            default -> null;
        };
    }

    /** What one dual step's record says of a constraint that nothing else is known of. */
    static DualConstraint replayed(ConstraintMultiplier row, long step, int reported) {
        return new DualConstraint(
                        row.getVersion(),
                        false,
                        null,
                        row.getThreshold(),
                        row.getBefore(),
                        DualMemory.NONE,
                        -1,
                        reported,
                        ThresholdKind.ABSOLUTE,
                        null,
                        null,
                        null,
                        null)
                .after(row, step, reported);
    }

    /** After a dual step that was made before; a definition newer than this one is not known here. */
    DualConstraint after(ConstraintMultiplier row, long step, int nextReported) {
        boolean moved = row.getLoss() != null;
        boolean redefined = row.getVersion() > version;
        return new DualConstraint(
                redefined ? row.getVersion() : version,
                active && !redefined,
                redefined ? null : evaluator,
                redefined ? row.getThreshold() : threshold,
                row.getAfter(),
                moved ? new DualMemory(memory.steps() + 1, memory.first(), memory.second()) : memory,
                moved ? Math.max(lastStep, step) : lastStep,
                nextReported,
                thresholdKind,
                decay,
                learningRate,
                resilience,
                moved ? Double.valueOf(row.getThreshold()) : bound);
    }

    @JsonIgnore
    boolean isDefined() {
        return evaluator != null;
    }

    /** Whether a dual step's record has a row for it: it is active, or its multiplier goes to 0 in this step. */
    @JsonIgnore
    boolean hasMultiplier() {
        return active || (decay != null && multiplier > 0);
    }

    /** Whether a definition tells something new. */
    boolean isSupersededBy(ConstraintDefinition definition) {
        return isDefined() ? definition.getVersion() > version : definition.getVersion() >= version;
    }

    /** After a newer definition; the multiplier is handed over as the definition says. */
    DualConstraint redefined(ConstraintDefinition definition) {
        boolean keep =
                definition.getVersion() == version || definition.getMultiplierHandover() == MultiplierHandover.KEEP;
        // What was never in force has no multiplier to leave with.
        boolean neverInForce = !active && this.decay == null && decay(definition) != null;
        double carried = neverInForce ? 0 : multiplier;
        return defined(
                definition,
                keep ? carried : definition.getInitialMultiplier(),
                keep ? memory : DualMemory.NONE,
                lastStep,
                reported,
                definition.getVersion() == version ? bound : null);
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

    /** The multiplier after a dual step of a constraint that is leaving. */
    double decayed() {
        double next = multiplier * decay;
        return next < NEGLIGIBLE ? 0 : next;
    }

    /** b as far as it is known: that of the last step where the threshold is relative. */
    double lastBound() {
        return bound == null ? threshold : bound;
    }

    /** Its optimizer was exchanged: what the old one remembered means nothing to the new one. */
    DualConstraint forgetting() {
        return with(multiplier, DualMemory.NONE, lastStep, reported, bound);
    }

    DualConstraint moved(double nextMultiplier, DualMemory nextMemory, long step, int nextReported, double nextBound) {
        return with(nextMultiplier, nextMemory, step, nextReported, nextBound);
    }

    /** Left without an estimate. */
    DualConstraint left() {
        return with(0, memory, lastStep, 0, bound);
    }

    private DualConstraint with(
            double nextMultiplier, DualMemory nextMemory, long step, int nextReported, Double nextBound) {
        return new DualConstraint(
                version,
                active,
                evaluator,
                threshold,
                nextMultiplier,
                nextMemory,
                step,
                nextReported,
                thresholdKind,
                decay,
                learningRate,
                resilience,
                nextBound);
    }
}
