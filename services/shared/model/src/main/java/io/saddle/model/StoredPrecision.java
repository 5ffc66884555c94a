package io.saddle.model;

import com.fasterxml.jackson.core.JsonProcessingException;
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

    /** Chooses, where nothing was chosen before. */
    @FunctionalInterface
    public interface Choice {
        StoredPrecision make() throws IOException;
    }

    /**
     * The choice that was kept, else one that is made and kept now.
     *
     * @param file in the run's folder
     * @throws IOException if the store cannot be read or written, or the choice that was kept is damaged, or as {@code choice}; nothing is kept then
     */
    public static StoredPrecision of(ArtifactStore store, String runId, String file, Choice choice) throws IOException {
        Optional<Artifact> kept = store.find(runId, file, "");
        if (kept.isPresent()) {
            try {
                return read(Files.readAllBytes(store.open(kept.get())));
            } catch (JsonProcessingException | IllegalArgumentException e) {
                // Chosen anew, it might be another one than that of what is there already.
                throw new IOException(
                        kept.get().getUri()
                                + " is damaged, which has the number format that was chosen for a part of run '"
                                + runId
                                + "': write {\"precision\": \"FP32\"} or \"BF16\" into it, as results so far were made in, or"
                                + " delete it, and it is chosen anew",
                        e);
            }
        }
        StoredPrecision made = choice.make();
        store.putFile(runId, file, made.written());
        return made;
    }

    private static StoredPrecision read(byte[] bytes) throws IOException {
        JsonNode json = JSON.readTree(bytes);
        OptionalDouble error =
                json.has(ERROR) ? OptionalDouble.of(json.path(ERROR).asDouble()) : OptionalDouble.empty();
        return new StoredPrecision(Precision.valueOf(json.path(PRECISION).asText()), error);
    }

    private byte[] written() throws IOException {
        ObjectNode json = JSON.createObjectNode().put(PRECISION, precision.name());
        error.ifPresent(moved -> json.put(ERROR, moved));
        return JSON.writeValueAsBytes(json);
    }
}
