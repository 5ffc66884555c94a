package io.saddle.constraintevaluator;

import io.saddle.schema.ConstraintDefinition;

/** A constraint of a run, as one of its definitions has it. */
record ConstraintVersion(String constraintId, int version) {

    static ConstraintVersion of(ConstraintDefinition definition) {
        return new ConstraintVersion(definition.getConstraintId(), definition.getVersion());
    }
}
