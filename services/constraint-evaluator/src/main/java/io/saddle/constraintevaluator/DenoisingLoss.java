package io.saddle.constraintevaluator;

import io.saddle.diffusion.evaluation.LossEstimateResult;
import io.saddle.diffusion.evaluation.LossEvaluator;
import io.saddle.diffusion.network.NoisePredictor;
import io.saddle.diffusion.network.Precision;
import io.saddle.diffusion.schedule.ForwardSchedule;
import io.saddle.diffusion.schedule.PredictionType;
import io.saddle.model.BoundedCache;
import io.saddle.model.DiffusersModels;
import io.saddle.model.PretrainedModels;
import io.saddle.model.SelectedData;
import io.saddle.model.StoredPrecision;
import io.saddle.model.data.ImageSets;
import io.saddle.run.spec.ConstraintKinds;
import io.saddle.run.spec.ConstraintRules;
import io.saddle.schema.ConstraintDefinition;
import io.saddle.schema.DataSelection;
import io.saddle.schema.PretrainedModel;
import io.saddle.schema.ThresholdKind;
import io.smallrye.common.annotation.Identifier;
import jakarta.annotation.PreDestroy;
import jakarta.enterprise.context.ApplicationScoped;
import java.io.IOException;
import java.util.Optional;
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
            long seed,
            Precision precision) {}

    /** The objective's loss, which several constraints of one snapshot share. */
    private record Objective(
            NoisePredictor snapshot, DataSelection data, int samples, Precision precision, LossEstimateResult loss) {}

    /**
     * What a relative threshold counts from.
     *
     * @param loss from all draws
     * @param byDraw losses on the constraint's own draws, one by one; null where it has others
     */
    private record CountedFrom(LossEstimateResult loss, double[] byDraw) {

        static CountedFrom onOwnDraws(double[] byDraw) {
            return new CountedFrom(LossEstimateResult.of(byDraw), byDraw);
        }

        /** On a part of the draws, which is easier or harder than all of them, if they are the constraint's own. */
        LossEstimateResult lossOn(LossEvaluator.Part drawn) {
            return byDraw == null ? loss : LossEstimateResult.of(drawn.of(byDraw));
        }

        /** How far a loss is above (1 + threshold) times this one. */
        LossEstimateResult excess(LossEvaluator.Part drawn, double threshold) {
            double factor = 1 + threshold;
            if (byDraw == null) {
                LossEstimateResult own = drawn.estimate();
                return new LossEstimateResult(
                        own.loss() - factor * loss.loss(),
                        Math.hypot(own.standardError(), factor * loss.standardError()),
                        own.samples());
            }
            double[] differences = drawn.of(byDraw);
            for (int i = 0; i < differences.length; i++) {
                differences[i] = drawn.losses()[i] - factor * differences[i];
            }
            return LossEstimateResult.of(differences);
        }
    }

    private final SelectedData data;
    private final PretrainedModels references;
    private final EstimatePrecisions precisions;
    private final int workers;
    private final BoundedCache<Reference, double[]> referenceLosses = new BoundedCache<>(KEPT);
    private Objective objective;

    public DenoisingLoss(
            @ConfigProperty(name = "saddle.evaluator.workers") int workers,
            ImageSets sets,
            DiffusersModels models,
            EstimatePrecisions precisions) {
        this.workers = workers;
        this.precisions = precisions;
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
        long seed = FixedDraws.seed(snapshot.spec(), definition);
        BoundedCache<Precision, LossEstimateResult> whole = new BoundedCache<>(Precision.values().length);
        BoundedCache.Maker<Precision, LossEstimateResult> estimate = precision -> whole.get(
                precision, asked -> estimate(snapshot, snapshot.predictor().in(asked), selection, samples, seed));
        StoredPrecision choice = precisions.of(snapshot.spec(), definition, estimate);
        Precision precision = choice.precision();
        Optional<CountedFrom> from = countedFrom(snapshot, definition, selection, samples, seed, precision);
        if (!definition.getParameters().containsKey(ConstraintRules.ENOUGH_PARAMETER)) {
            return measurement(estimate.make(precision), from.map(CountedFrom::loss), choice);
        }
        LossEvaluator.Part drawn = evaluator(snapshot)
                .estimateUntil(
                        part -> isEnough(definition, from, part),
                        snapshot.predictor().in(precision),
                        data.open(selection),
                        samples,
                        seed);
        return measurement(drawn.estimate(), from.map(reference -> reference.lossOn(drawn)), choice);
    }

    private static Measurement measurement(
            LossEstimateResult result, Optional<LossEstimateResult> reference, StoredPrecision precision) {
        return new Measurement(
                result, reference.stream().mapToDouble(LossEstimateResult::loss).findFirst(), precision);
    }

    /**
     * What ends an estimate before its last draw: a standard error of the distance from the threshold that is small against the distance.
     * A resilient constraint's relaxation is the dual updater's and no part of it.
     */
    private static boolean isEnough(
            ConstraintDefinition definition, Optional<CountedFrom> from, LossEvaluator.Part drawn) {
        double share = Double.parseDouble(definition.getParameters().get(ConstraintRules.ENOUGH_PARAMETER));
        double threshold = definition.getThreshold();
        if (from.isPresent()) {
            LossEstimateResult excess = from.get().excess(drawn, threshold);
            return excess.standardError() <= share * Math.abs(excess.loss());
        }
        LossEstimateResult loss = drawn.estimate();
        return loss.standardError() <= share * Math.abs(loss.loss() - threshold);
    }

    private Optional<CountedFrom> countedFrom(
            Snapshot snapshot,
            ConstraintDefinition definition,
            DataSelection selection,
            int samples,
            long seed,
            Precision precision)
            throws IOException {
        if (definition.getThresholdKind() == ThresholdKind.RELATIVE_TO_OBJECTIVE) {
            if (definition.getObjectiveData() == null) {
                throw missing(definition, "objectiveData");
            }
            return Optional.of(
                    new CountedFrom(objective(snapshot, definition.getObjectiveData(), samples, precision), null));
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
                    seed,
                    precision);
            return Optional.of(CountedFrom.onOwnDraws(referenceLosses.get(reference, key -> reference(snapshot, key))));
        }
        return Optional.empty();
    }

    private static IllegalArgumentException missing(ConstraintDefinition definition, String what) {
        return new IllegalArgumentException("constraint '" + definition.getConstraintId() + "': a threshold "
                + definition.getThresholdKind() + " needs " + what + ", the definition has none");
    }

    /** Losses by draw. */
    private double[] reference(Snapshot snapshot, Reference reference) throws IOException {
        NoisePredictor predictor =
                references.predictor(reference.model(), snapshot.model()).in(reference.precision());
        return evaluator(snapshot)
                .losses(predictor, data.open(reference.data()), reference.samples(), reference.seed());
    }

    private LossEstimateResult objective(Snapshot snapshot, DataSelection selection, int samples, Precision precision)
            throws IOException {
        boolean known = objective != null
                && objective.snapshot() == snapshot.predictor()
                && objective.samples() == samples
                && objective.precision() == precision
                && objective.data().equals(selection);
        if (!known) {
            NoisePredictor predictor = snapshot.predictor().in(precision);
            LossEstimateResult loss =
                    estimate(snapshot, predictor, selection, samples, FixedDraws.seed(snapshot.spec(), OBJECTIVE));
            objective = new Objective(snapshot.predictor(), selection, samples, precision, loss);
        }
        return objective.loss();
    }

    private LossEstimateResult estimate(
            Snapshot snapshot, NoisePredictor predictor, DataSelection selection, int samples, long seed)
            throws IOException {
        return evaluator(snapshot).estimate(predictor, data.open(selection), samples, seed);
    }

    private LossEvaluator evaluator(Snapshot snapshot) {
        return new LossEvaluator(snapshot.model().forwardProcess(), NoisePredictor.BATCH, workers);
    }

    @PreDestroy
    void close() {
        references.close();
    }
}
