package io.saddle.constraintevaluator;

import io.saddle.binding.PretrainedModels;
import io.saddle.binding.SelectedData;
import io.saddle.diffusion.evaluation.LossEstimateResult;
import io.saddle.diffusion.evaluation.LossEvaluator;
import io.saddle.diffusion.network.NoisePredictor;
import io.saddle.schema.ConstraintDefinition;
import io.saddle.schema.DataSelection;
import io.saddle.schema.ThresholdKind;
import io.saddle.spec.ConstraintKinds;
import io.smallrye.common.annotation.Identifier;
import jakarta.annotation.PreDestroy;
import jakarta.enterprise.context.ApplicationScoped;
import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.OptionalDouble;
import org.eclipse.microprofile.config.inject.ConfigProperty;

/**
 * l_{q_i}: the network's own loss on the constraint's data, on fixed draws of image, timestep and noise. A threshold may count
 * from the objective's loss on the same snapshot, or from the loss of a reference model on the very same draws.
 */
@ApplicationScoped
@Identifier(ConstraintKinds.DENOISING_LOSS)
public class DenoisingLoss implements ConstraintLoss {

    private static final int BATCH = 64;
    private static final int KEPT = 100;
    private static final String OBJECTIVE = "objective";

    /** A loss that does not change with the snapshot, or that several constraints of one snapshot share. */
    private record Known(Object model, DataSelection data, int samples, long seed) {}

    private final SelectedData data = new SelectedData();
    private final PretrainedModels references = new PretrainedModels();
    private final int workers;
    private final Map<Known, Double> known = new LinkedHashMap<>(16, 0.75f, true) {
        private static final long serialVersionUID = 1L;

        @Override
        protected boolean removeEldestEntry(Map.Entry<Known, Double> eldest) {
            return size() > KEPT;
        }
    };

    public DenoisingLoss(@ConfigProperty(name = "saddle.evaluator.workers", defaultValue = "2") int workers) {
        this.workers = workers;
    }

    @Override
    public String description() {
        return "the model's own loss on the constraint's data, on fixed draws of image, timestep and noise";
    }

    @Override
    public Measurement measure(Snapshot snapshot, ConstraintDefinition definition) throws IOException {
        DataSelection selection =
                definition.getEvaluationData() != null ? definition.getEvaluationData() : definition.getData();
        if (selection == null) {
            throw new IllegalArgumentException("constraint '" + definition.getConstraintId()
                    + "': denoising-loss needs data, the definition has none");
        }
        int samples = definition.getEvaluationSamples();
        long seed = FixedDraws.seed(definition);
        LossEstimateResult result = loss(snapshot, snapshot.predictor(), selection, samples, seed);
        return new Measurement(result, reference(snapshot, definition, selection, samples, seed));
    }

    private OptionalDouble reference(
            Snapshot snapshot, ConstraintDefinition definition, DataSelection selection, int samples, long seed)
            throws IOException {
        if (definition.getThresholdKind() == ThresholdKind.RELATIVE_TO_OBJECTIVE) {
            DataSelection objective = definition.getObjectiveData();
            if (objective == null) {
                throw missing(definition, "objectiveData");
            }
            long ownSeed = FixedDraws.seed(OBJECTIVE);
            Known key = new Known(snapshot.predictor(), objective, samples, ownSeed);
            return OptionalDouble.of(shared(key, snapshot, snapshot.predictor()));
        }
        if (definition.getThresholdKind() == ThresholdKind.RELATIVE_TO_REFERENCE) {
            if (definition.getModel() == null) {
                throw missing(definition, "model");
            }
            NoisePredictor reference = references.predictor(definition.getModel(), snapshot.model());
            return OptionalDouble.of(shared(new Known(reference, selection, samples, seed), snapshot, reference));
        }
        return OptionalDouble.empty();
    }

    private static IllegalArgumentException missing(ConstraintDefinition definition, String what) {
        return new IllegalArgumentException("constraint '" + definition.getConstraintId() + "': a threshold "
                + definition.getThresholdKind() + " needs " + what + ", the definition has none");
    }

    private double shared(Known key, Snapshot snapshot, NoisePredictor predictor) throws IOException {
        Double before = known.get(key);
        if (before == null) {
            before = loss(snapshot, predictor, key.data(), key.samples(), key.seed())
                    .loss();
            known.put(key, before);
        }
        return before;
    }

    private LossEstimateResult loss(
            Snapshot snapshot, NoisePredictor predictor, DataSelection selection, int samples, long seed)
            throws IOException {
        return new LossEvaluator(snapshot.model().forwardProcess(), BATCH, workers)
                .estimate(predictor, data.open(selection), samples, seed);
    }

    @PreDestroy
    void close() {
        references.close();
    }
}
