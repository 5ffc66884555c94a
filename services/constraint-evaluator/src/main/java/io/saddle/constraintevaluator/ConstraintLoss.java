package io.saddle.constraintevaluator;

import io.saddle.binding.RunModel;
import io.saddle.diffusion.evaluation.LossEstimateResult;
import io.saddle.diffusion.network.NoisePredictor;
import io.saddle.schema.ConstraintDefinition;
import java.io.IOException;

/**
 * Measures a kind of constraint. A plug-in: a CDI bean with {@code @Identifier("name")}, found by the evaluator's name that a
 * definition gives.
 */
public interface ConstraintLoss {

    /**
     * The constraint's loss on a snapshot's RAW weights.
     *
     * @param predictor the snapshot's network
     * @param model what the run says of network and schedule
     * @param definition the constraint; estimates of one constraint use the same draws every time, so that their
     *     differences have little noise
     * @throws IOException if the constraint's data cannot be read
     * @throws IllegalArgumentException if the definition lacks what this kind needs, naming it
     */
    LossEstimateResult measure(NoisePredictor predictor, RunModel model, ConstraintDefinition definition)
            throws IOException;
}
