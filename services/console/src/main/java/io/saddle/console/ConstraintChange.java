package io.saddle.console;

import io.saddle.schema.ConstraintDefinition;
import io.saddle.schema.ConstraintState;
import io.saddle.schema.MultiplierHandover;
import java.time.Instant;

/**
 * The next version of a constraint's definition. Pure.
 *
 * @param by who asked for it
 * @param why in their words; null where they gave none
 * @param at when
 */
record ConstraintChange(String by, String why, Instant at) {

    private ConstraintDefinition.Builder next(ConstraintDefinition before) {
        return audited(ConstraintDefinition.newBuilder(before).setVersion(before.getVersion() + 1))
                .setMultiplierHandover(MultiplierHandover.KEEP);
    }

    private ConstraintDefinition.Builder audited(ConstraintDefinition.Builder definition) {
        return definition.setUpdatedBy(by).setReason(why).setUpdatedAt(at);
    }

    /** A first version with the audit fields filled in. */
    ConstraintDefinition added(ConstraintDefinition first) {
        return audited(ConstraintDefinition.newBuilder(first)).build();
    }

    /** A definition that was retired, defined anew: its versions go on, its multiplier starts again. */
    ConstraintDefinition again(ConstraintDefinition retired, ConstraintDefinition first) {
        return audited(ConstraintDefinition.newBuilder(first))
                .setVersion(retired.getVersion() + 1)
                .setMultiplierHandover(MultiplierHandover.RESET)
                .build();
    }

    ConstraintDefinition threshold(ConstraintDefinition before, double threshold) {
        return next(before).setThreshold(threshold).build();
    }

    /**
     * A shadow beside a constraint: the same requirement, measured by another evaluator, which moves nothing yet.
     *
     * @param old the shadow's own definition of before; null for the first of this name
     */
    ConstraintDefinition shadow(ConstraintDefinition target, String id, String evaluator, ConstraintDefinition old) {
        return audited(ConstraintDefinition.newBuilder(target))
                .setConstraintId(id)
                .setVersion(old == null ? 1 : old.getVersion() + 1)
                .setState(ConstraintState.SHADOW)
                .setShadowOf(target.getConstraintId())
                .setEvaluator(evaluator)
                .setMultiplierHandover(MultiplierHandover.KEEP)
                .build();
    }

    /** The constraint as it stands now, measured by its shadow's evaluator. */
    ConstraintDefinition promoted(
            ConstraintDefinition target, ConstraintDefinition shadow, MultiplierHandover handover) {
        return next(target)
                .setEvaluator(shadow.getEvaluator())
                .setMultiplierHandover(handover)
                .build();
    }

    /** A requirement on trial becomes one. */
    ConstraintDefinition activated(ConstraintDefinition before, MultiplierHandover handover) {
        return next(before)
                .setState(ConstraintState.ACTIVE)
                .setMultiplierHandover(handover)
                .build();
    }

    /** @param decay what the multiplier is multiplied with in each dual step until it is 0; null: it is 0 at once */
    ConstraintDefinition retired(ConstraintDefinition before, Double decay) {
        return next(before)
                .setState(decay == null ? ConstraintState.RETIRED : ConstraintState.RETIRING)
                .setRetirementDecay(decay)
                .build();
    }
}
