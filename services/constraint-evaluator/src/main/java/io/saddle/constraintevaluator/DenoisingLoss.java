package io.saddle.constraintevaluator;

import io.saddle.diffusion.evaluation.LossEstimateResult;
import io.saddle.diffusion.evaluation.LossEvaluator;
import io.saddle.diffusion.network.NoisePredictor;
import io.saddle.diffusion.schedule.ForwardSchedule;
import io.saddle.diffusion.schedule.PredictionType;
import io.saddle.model.BoundedCache;
import io.saddle.model.DiffusersModels;
import io.saddle.model.PretrainedModels;
import io.saddle.model.SelectedData;
import io.saddle.model.data.ImageSets;
import io.saddle.run.spec.ConstraintKinds;
import io.saddle.schema.ConstraintDefinition;
import io.saddle.schema.DataSelection;
import io.saddle.schema.PretrainedModel;
import io.saddle.schema.ThresholdKind;
import io.smallrye.common.annotation.Identifier;
import jakarta.annotation.PreDestroy;
import jakarta.enterprise.context.ApplicationScoped;
import java.io.IOException;
import java.util.OptionalDouble;
import org.eclipse.microprofile.config.inject.ConfigProperty;

/**
 * l_{q_i}: the network's own loss on the constraint's data, on fixed draws of image, timestep and noise. A threshold may count
 * from the objective's loss on the same snapshot, or from the loss of a reference model on the very same draws.
 */
@ApplicationScoped
@Identifier(ConstraintKinds.DENOISING_LOSS)
public class DenoisingLoss implements ConstraintLoss {

    /** Numbers. */
    private static final int KEPT = 100;

    private static final String OBJECTIVE = "objective";

    /** The inputs of a reference model's loss: no snapshot changes it. */
    private record Reference(
            PretrainedModel model,
            ForwardSchedule schedule,
            PredictionType prediction,
            DataSelection data,
            int samples,
            long seed) {}

    /** The objective's loss, which several constraints of one snapshot share. */
    private record Objective(NoisePredictor snapshot, DataSelection data, int samples, double loss) {}

    private final SelectedData data;
    private final PretrainedModels references;
    private final int workers;
    private final BoundedCache<Reference, Double> referenceLosses = new BoundedCache<>(KEPT);
    private Objective objective;

    public DenoisingLoss(
            @ConfigProperty(name = "saddle.evaluator.workers") int workers, ImageSets sets, DiffusersModels models) {
        this.workers = workers;
        references = new PretrainedModels(models);
        data = new SelectedData(sets);
    }

    @Override
    public String description() {
        return "the model's own loss on the constraint's data, on fixed draws of image, timestep and noise";
    }

    @Override
    public Measurement measure(Snapshot snapshot, ConstraintDefinition definition) throws IOException {
        DataSelection selection = ConstraintLoss.data(definition);
        int samples = definition.getEvaluationSamples();
        long seed = FixedDraws.seed(definition);
        LossEstimateResult result = loss(snapshot, snapshot.predictor(), selection, samples, seed);
        return new Measurement(result, reference(snapshot, definition, selection, samples, seed));
    }

    private OptionalDouble reference(
            Snapshot snapshot, ConstraintDefinition definition, DataSelection selection, int samples, long seed)
            throws IOException {
        if (definition.getThresholdKind() == ThresholdKind.RELATIVE_TO_OBJECTIVE) {
            if (definition.getObjectiveData() == null) {
                throw missing(definition, "objectiveData");
            }
            return OptionalDouble.of(objective(snapshot, definition.getObjectiveData(), samples));
        }
        if (definition.getThresholdKind() == ThresholdKind.RELATIVE_TO_REFERENCE) {
            if (definition.getModel() == null) {
                throw missing(definition, "model");
            }
            Reference reference = new Reference(
                    definition.getModel(),
                    snapshot.model().schedule(),
                    snapshot.model().prediction(),
                    selection,
                    samples,
                    seed);
            return OptionalDouble.of(referenceLosses.get(reference, key -> reference(snapshot, key)));
        }
        return OptionalDouble.empty();
    }

    private static IllegalArgumentException missing(ConstraintDefinition definition, String what) {
        return new IllegalArgumentException("constraint '" + definition.getConstraintId() + "': a threshold "
                + definition.getThresholdKind() + " needs " + what + ", the definition has none");
    }

    private double reference(Snapshot snapshot, Reference reference) throws IOException {
        NoisePredictor predictor = references.predictor(reference.model(), snapshot.model());
        return loss(snapshot, predictor, reference.data(), reference.samples(), reference.seed())
                .loss();
    }

    private double objective(Snapshot snapshot, DataSelection selection, int samples) throws IOException {
        boolean known = objective != null
                && objective.snapshot() == snapshot.predictor()
                && objective.samples() == samples
                && objective.data().equals(selection);
        if (!known) {
            double loss = loss(snapshot, snapshot.predictor(), selection, samples, FixedDraws.seed(OBJECTIVE))
                    .loss();
            objective = new Objective(snapshot.predictor(), selection, samples, loss);
        }
        return objective.loss();
    }

    private LossEstimateResult loss(
            Snapshot snapshot, NoisePredictor predictor, DataSelection selection, int samples, long seed)
            throws IOException {
        return new LossEvaluator(snapshot.model().forwardProcess(), NoisePredictor.BATCH, workers)
                .estimate(predictor, data.open(selection), samples, seed);
    }

    @PreDestroy
    void close() {
        references.close();
    }
}
