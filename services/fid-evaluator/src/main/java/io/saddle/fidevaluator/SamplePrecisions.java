package io.saddle.fidevaluator;

import io.saddle.artifact.ArtifactStore;
import io.saddle.diffusion.network.Precision;
import io.saddle.diffusion.training.PrecisionChoice;
import io.saddle.model.BoundedCache;
import io.saddle.model.StoredPrecision;
import io.saddle.run.spec.RunSpec;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import java.io.IOException;
import java.util.OptionalDouble;
import java.util.function.Supplier;

/**
 * The number formats in which runs' samples are drawn: {@code evaluation.precision}. What {@code auto} comes to is kept with the
 * run before its first score: the points of one curve are drawn alike, whichever machine judges. One thread at a time.
 */
@ApplicationScoped
public class SamplePrecisions {

    private static final String FILE = "scores/precision.json";
    private static final int KEPT = 1000;

    private final ArtifactStore store;
    private final Supplier<Precision> fastestHere;
    private final BoundedCache<String, Precision> choices = new BoundedCache<>(KEPT);

    @Inject
    public SamplePrecisions(ArtifactStore store) {
        this(store, () -> PrecisionChoice.here().precision());
    }

    /** @param fastestHere asked for the first score of a run that leaves it open */
    SamplePrecisions(ArtifactStore store, Supplier<Precision> fastestHere) {
        this.store = store;
        this.fastestHere = fastestHere;
    }

    /**
     * The format of a run's samples.
     *
     * @throws IOException if the store cannot be read or written
     */
    Precision of(String runId, RunSpec.Evaluation evaluation) throws IOException {
        if (evaluation.precision() == RunSpec.Precision.AUTO) {
            return choices.get(
                    runId,
                    run -> StoredPrecision.of(store, run, FILE, this::fastest).precision());
        }
        return evaluation.precision() == RunSpec.Precision.BF16 ? Precision.BF16 : Precision.FP32;
    }

    private StoredPrecision fastest() {
        return new StoredPrecision(fastestHere.get(), OptionalDouble.empty());
    }
}
