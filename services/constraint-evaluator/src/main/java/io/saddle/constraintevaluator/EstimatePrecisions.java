package io.saddle.constraintevaluator;

import io.saddle.artifact.ArtifactStore;
import io.saddle.diffusion.evaluation.LossEstimateResult;
import io.saddle.diffusion.network.Precision;
import io.saddle.diffusion.training.PrecisionChoice;
import io.saddle.model.BoundedCache;
import io.saddle.model.StoredPrecision;
import io.saddle.run.spec.ConstraintRules;
import io.saddle.run.spec.RunSpec;
import io.saddle.schema.ConstraintDefinition;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import java.io.IOException;
import java.util.OptionalDouble;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The number formats in which constraints' draws go through the network: bfloat16 where the run trains in it (or leaves it open, and this
 * machine is faster in it) and it moves an estimate by less than a tenth of the standard error. That is measured once for each version of a constraint, on the first
 * snapshot of it, and kept in the artifact store before an estimate is published: whoever goes on with the run goes on in that format.
 */
@ApplicationScoped
public class EstimatePrecisions {

    private static final Logger LOG = LoggerFactory.getLogger(EstimatePrecisions.class);
    /** Largest part of the standard error that bfloat16 may move an estimate by. */
    private static final double BEARABLE = 0.1;
    /** Numbers. */
    private static final int KEPT = 1000;

    private record Key(String runId, String constraintId, int version) {
        String file() {
            return "estimates/" + constraintId + "-v" + version + ".json";
        }
    }

    private final ArtifactStore store;
    private final Supplier<Precision> fastestHere;
    private final BoundedCache<Key, StoredPrecision> choices = new BoundedCache<>(KEPT);

    @Inject
    public EstimatePrecisions(ArtifactStore store) {
        this(store, () -> PrecisionChoice.here().precision());
    }

    /** @param fastestHere asked once for a constraint of a run whose training leaves its precision open */
    EstimatePrecisions(ArtifactStore store, Supplier<Precision> fastestHere) {
        this.store = store;
        this.fastestHere = fastestHere;
    }

    /**
     * The format for a constraint.
     *
     * @param estimate the constraint's on the snapshot at hand, in a format
     * @throws IOException if the store cannot be read or written, or as {@code estimate}
     */
    StoredPrecision of(
            RunSpec spec, ConstraintDefinition definition, BoundedCache.Maker<Precision, LossEstimateResult> estimate)
            throws IOException {
        String wanted = definition.getParameters().getOrDefault(ConstraintRules.PRECISION_PARAMETER, "");
        if (spec.training().precision() == RunSpec.Precision.FP32 || wanted.equals(ConstraintRules.FP32)) {
            return StoredPrecision.FP32;
        }
        return choices.get(
                new Key(definition.getRunId(), definition.getConstraintId(), definition.getVersion()),
                key -> StoredPrecision.of(store, key.runId(), key.file(), () -> chosen(key, spec, estimate)));
    }

    private StoredPrecision chosen(Key key, RunSpec spec, BoundedCache.Maker<Precision, LossEstimateResult> estimate)
            throws IOException {
        return spec.training().precision() == RunSpec.Precision.AUTO && fastestHere.get() == Precision.FP32
                ? StoredPrecision.FP32
                : measured(key, estimate);
    }

    private StoredPrecision measured(Key key, BoundedCache.Maker<Precision, LossEstimateResult> estimate)
            throws IOException {
        LossEstimateResult full = estimate.make(Precision.FP32);
        double error = Math.abs(estimate.make(Precision.BF16).loss() - full.loss());
        Precision precision = error < BEARABLE * full.standardError() ? Precision.BF16 : Precision.FP32;
        LOG.info(
                "{}: constraint {} is measured in {}: bfloat16 moves its estimate by {}, its standard error is {}",
                key.runId(),
                key.constraintId(),
                precision,
                error,
                full.standardError());
        return new StoredPrecision(precision, OptionalDouble.of(error));
    }
}
