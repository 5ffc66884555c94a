package io.saddle.constraintevaluator;

import io.saddle.run.spec.ConstraintKinds;
import io.saddle.schema.ConstraintDefinition;
import io.saddle.schema.DataSelection;

/** The data that a constraint is measured on. */
final class EvaluationData {

    private EvaluationData() {}

    /** @throws IllegalArgumentException naming the constraint, if it has neither evaluation data nor data */
    static DataSelection of(ConstraintDefinition definition) {
        DataSelection selection =
                definition.getEvaluationData() != null ? definition.getEvaluationData() : definition.getData();
        if (selection == null) {
            throw new IllegalArgumentException("constraint '" + definition.getConstraintId() + "': "
                    + ConstraintKinds.of(definition) + " needs data, the definition has none");
        }
        return selection;
    }
}
