package io.saddle.constraintevaluator;

import io.saddle.binding.RunModel;
import io.saddle.binding.SelectedData;
import io.saddle.diffusion.data.ImageDataSet;
import io.saddle.diffusion.evaluation.LossEstimateResult;
import io.saddle.diffusion.evaluation.LossEvaluator;
import io.saddle.diffusion.network.NoisePredictor;
import io.saddle.schema.ConstraintDefinition;
import io.saddle.schema.DataSelection;
import io.smallrye.common.annotation.Identifier;
import jakarta.enterprise.context.ApplicationScoped;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.zip.CRC32;
import org.eclipse.microprofile.config.inject.ConfigProperty;

/** l_{q_i}: the network's own loss on the constraint's data, on fixed draws of image, timestep and noise. */
@ApplicationScoped
@Identifier(DenoisingLoss.NAME)
public class DenoisingLoss implements ConstraintLoss {

    public static final String NAME = "denoising-loss";

    private static final int BATCH = 64;

    private final SelectedData data = new SelectedData();
    private final int workers;

    public DenoisingLoss(@ConfigProperty(name = "saddle.evaluator.workers", defaultValue = "2") int workers) {
        this.workers = workers;
    }

    @Override
    public LossEstimateResult measure(NoisePredictor predictor, RunModel model, ConstraintDefinition definition)
            throws IOException {
        DataSelection selection =
                definition.getEvaluationData() != null ? definition.getEvaluationData() : definition.getData();
        if (selection == null) {
            throw new IllegalArgumentException("constraint '" + definition.getConstraintId()
                    + "': denoising-loss needs data, the definition has none");
        }
        ImageDataSet images = data.open(selection);
        return new LossEvaluator(model.forwardProcess(), BATCH, workers)
                .estimate(predictor, images, definition.getEvaluationSamples(), seed(definition));
    }

    /** Of the constraint alone: every snapshot, every instance, and a run done again draw the same. */
    private static long seed(ConstraintDefinition definition) {
        CRC32 digest = new CRC32();
        digest.update(definition.getConstraintId().getBytes(StandardCharsets.UTF_8));
        return digest.getValue();
    }
}
