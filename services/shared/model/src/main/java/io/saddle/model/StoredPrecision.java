package io.saddle.model;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.saddle.artifact.ArtifactStore;
import io.saddle.diffusion.network.Precision;
import io.saddle.schema.Artifact;
import java.io.IOException;
import java.nio.file.Files;
import java.util.Optional;
import java.util.OptionalDouble;

/**
 * A number format that was chosen for a part of a run, kept in the artifact store before anything comes of it: whoever goes on with
 * the run, on another machine too, goes on in that format.
 *
 * @param error |result in bfloat16 - result in float32| that it was chosen by; empty if nothing was measured
 */
public record StoredPrecision(Precision precision, OptionalDouble error) {

    /** Float32, which nothing was measured for. */
    public static final StoredPrecision FP32 = new StoredPrecision(Precision.FP32, OptionalDouble.empty());

    private static final ObjectMapper JSON = new ObjectMapper();
    private static final String PRECISION = "precision";
    private static final String ERROR = "error";

    /**
     * The choice that was kept.
     *
     * @param file in the run's folder
     * @return empty if there is none
     */
    public static Optional<StoredPrecision> find(ArtifactStore store, String runId, String file) throws IOException {
        Optional<Artifact> kept = store.find(runId, file, "");
        if (kept.isEmpty()) {
            return Optional.empty();
        }
        JsonNode read = JSON.readTree(Files.readAllBytes(store.open(kept.get())));
        OptionalDouble error =
                read.has(ERROR) ? OptionalDouble.of(read.path(ERROR).asDouble()) : OptionalDouble.empty();
        return Optional.of(
                new StoredPrecision(Precision.valueOf(read.path(PRECISION).asText()), error));
    }

    /** Keeps this choice. */
    public void keep(ArtifactStore store, String runId, String file) throws IOException {
        ObjectNode written = JSON.createObjectNode().put(PRECISION, precision.name());
        error.ifPresent(moved -> written.put(ERROR, moved));
        store.putFile(runId, file, JSON.writeValueAsBytes(written));
    }
}
