package io.saddle.constraintevaluator;

import io.saddle.diffusion.evaluation.DistillationEvaluator;
import io.saddle.diffusion.network.NoisePredictor;
import io.saddle.model.DiffusersModels;
import io.saddle.model.PretrainedModels;
import io.saddle.run.spec.ConstraintKinds;
import io.saddle.schema.ConstraintDefinition;
import io.smallrye.common.annotation.Identifier;
import jakarta.annotation.PreDestroy;
import jakarta.enterprise.context.ApplicationScoped;
import java.io.IOException;
import org.eclipse.microprofile.config.inject.ConfigProperty;

/** The distance of the network from the one that it was tuned from, on pure noise. */
@ApplicationScoped
@Identifier(ConstraintKinds.DISTILLATION)
public class DistillationLoss implements ConstraintLoss {

    private final PretrainedModels teachers;
    private final int workers;

    public DistillationLoss(@ConfigProperty(name = "saddle.evaluator.workers") int workers, DiffusersModels models) {
        this.workers = workers;
        teachers = new PretrainedModels(models);
    }

    @Override
    public String description() {
        return "mean squared distance to the pre-trained model's output on pure noise";
    }

    @Override
    public Measurement measure(Snapshot snapshot, ConstraintDefinition definition) throws IOException {
        if (definition.getModel() == null) {
            throw new IllegalArgumentException("constraint '" + definition.getConstraintId()
                    + "': distillation needs model, the definition has none");
        }
        NoisePredictor teacher = teachers.predictor(definition.getModel(), snapshot.model());
        return Measurement.of(
                new DistillationEvaluator(snapshot.model().forwardProcess(), NoisePredictor.BATCH, workers)
                        .estimate(
                                snapshot.predictor(),
                                teacher,
                                definition.getEvaluationSamples(),
                                FixedDraws.seed(snapshot.spec(), definition)));
    }

    @PreDestroy
    void close() {
        teachers.close();
    }
}
