package io.saddle.constraintevaluator;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.saddle.artifact.ArtifactStore;
import io.saddle.diffusion.evaluation.LossEstimateResult;
import io.saddle.diffusion.network.Precision;
import io.saddle.diffusion.torch.ComputeDevice;
import io.saddle.diffusion.training.PrecisionChoice;
import io.saddle.model.BoundedCache;
import io.saddle.run.spec.ConstraintRules;
import io.saddle.run.spec.RunSpec;
import io.saddle.schema.Artifact;
import io.saddle.schema.ConstraintDefinition;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import java.io.IOException;
import java.nio.file.Files;
import java.util.Optional;
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

    private static final String PRECISION = "precision";
    private static final String ERROR = "error";

    /**
     * The format of a constraint's draws.
     *
     * @param error |loss in bfloat16 - loss in float32| on the snapshot that it was chosen on; empty if nothing was measured
     */
    public record Choice(Precision precision, OptionalDouble error) {
        /** Float32, which nothing was measured for. */
        public static final Choice FP32 = new Choice(Precision.FP32, OptionalDouble.empty());
    }

    private record Key(String runId, String constraintId, int version) {
        String file() {
            return "estimates/" + constraintId + "-v" + version + ".json";
        }
    }

    private final ArtifactStore store;
    private final Supplier<Precision> fastestHere;
    private final ObjectMapper json = new ObjectMapper();
    private final BoundedCache<Key, Choice> choices = new BoundedCache<>(KEPT);

    @Inject
    public EstimatePrecisions(ArtifactStore store) {
        this(store, () -> PrecisionChoice.on(ComputeDevice.CPU).precision());
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
    Choice of(RunSpec spec, ConstraintDefinition definition, BoundedCache.Maker<Precision, LossEstimateResult> estimate)
            throws IOException {
        String wanted = definition.getParameters().getOrDefault(ConstraintRules.PRECISION_PARAMETER, "");
        if (spec.training().precision() == RunSpec.Precision.FP32 || wanted.equals(ConstraintRules.FP32)) {
            return Choice.FP32;
        }
        return choices.get(
                new Key(definition.getRunId(), definition.getConstraintId(), definition.getVersion()), key -> {
                    Optional<Choice> kept = kept(key);
                    return kept.isPresent() ? kept.get() : chosen(key, spec, estimate);
                });
    }

    private Choice chosen(Key key, RunSpec spec, BoundedCache.Maker<Precision, LossEstimateResult> estimate)
            throws IOException {
        Choice choice = spec.training().precision() == RunSpec.Precision.AUTO && fastestHere.get() == Precision.FP32
                ? Choice.FP32
                : measured(key, estimate);
        ObjectNode file =
                json.createObjectNode().put(PRECISION, choice.precision().name());
        choice.error().ifPresent(error -> file.put(ERROR, error));
        store.putFile(key.runId(), key.file(), json.writeValueAsBytes(file));
        return choice;
    }

    private Choice measured(Key key, BoundedCache.Maker<Precision, LossEstimateResult> estimate) throws IOException {
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
        return new Choice(precision, OptionalDouble.of(error));
    }

    private Optional<Choice> kept(Key key) throws IOException {
        Optional<Artifact> file = store.find(key.runId(), key.file(), "");
        if (file.isEmpty()) {
            return Optional.empty();
        }
        JsonNode kept = json.readTree(Files.readAllBytes(store.open(file.get())));
        OptionalDouble error =
                kept.has(ERROR) ? OptionalDouble.of(kept.path(ERROR).asDouble()) : OptionalDouble.empty();
        return Optional.of(new Choice(Precision.valueOf(kept.path(PRECISION).asText()), error));
    }
}
