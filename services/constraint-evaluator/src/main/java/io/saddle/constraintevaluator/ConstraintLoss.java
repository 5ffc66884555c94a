package io.saddle.constraintevaluator;

import io.saddle.diffusion.evaluation.LossEstimateResult;
import io.saddle.diffusion.network.NoisePredictor;
import io.saddle.model.RunModel;
import io.saddle.model.StoredPrecision;
import io.saddle.run.spec.ConstraintKinds;
import io.saddle.run.spec.RunSpec;
import io.saddle.schema.ConstraintDefinition;
import io.saddle.schema.DataSelection;
import java.io.IOException;
import java.util.List;
import java.util.OptionalDouble;

/**
 * Measures a kind of constraint. A plug-in: a CDI bean with {@code @Identifier("name")}, found by the evaluator's name that a
 * definition gives and announced under it. One thread at a time.
 */
public interface ConstraintLoss {

    /**
     * A snapshot's RAW weights, ready to use.
     *
     * @param model what the run says of network and schedule
     * @param spec the run's whole specification
     */
    record Snapshot(NoisePredictor predictor, RunModel model, RunSpec spec) {}

    /**
     * A loss with what its threshold counts from.
     *
     * @param reference what a relative threshold counts from, in the loss's unit; empty where the threshold is absolute
     * @param precision the number format that the draws went through the network in
     */
    record Measurement(LossEstimateResult result, OptionalDouble reference, StoredPrecision precision) {

        /** For an absolute threshold, in float32. */
        public static Measurement of(LossEstimateResult result) {
            return new Measurement(result, OptionalDouble.empty(), StoredPrecision.FP32);
        }
    }

    /**
     * The data that a constraint is measured on.
     *
     * @throws IllegalArgumentException naming the constraint, if it has neither evaluation data nor data
     */
    static DataSelection data(ConstraintDefinition definition) {
        DataSelection selection =
                definition.getEvaluationData() != null ? definition.getEvaluationData() : definition.getData();
        if (selection == null) {
            throw new IllegalArgumentException("constraint '" + definition.getConstraintId() + "': "
                    + ConstraintKinds.of(definition) + " needs data, the definition has none");
        }
        return selection;
    }

    /** The quantity that it measures, for a person. */
    String description();

    /**
     * The kinds of constraints that it measures; empty: the one of its own name.
     *
     * @see io.saddle.run.spec.ConstraintKinds
     */
    default List<String> kinds() {
        return List.of();
    }

    /**
     * The constraint's loss on a snapshot. Estimates of one constraint use the same draws every time, so that their differences
     * have little noise.
     *
     * @throws IOException if the constraint's data or model cannot be read
     * @throws IllegalArgumentException if the definition lacks what this kind needs, naming it
     */
    Measurement measure(Snapshot snapshot, ConstraintDefinition definition) throws IOException;
}
