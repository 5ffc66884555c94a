package io.saddle.run.spec;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.List;

/** Networks by the size of their images: short for keys of {@code model.unet}, each of which may still be said otherwise. */
final class NetworkPresets {

    private static final String RESOURCE = "presets.json";
    private static final String PRESET = "preset";

    private final JsonNode presets = load();

    /**
     * Completes {@code spec} in place. A name that is none is left to the schema.
     *
     * @return what stands against a preset
     */
    List<Problem> expand(ObjectNode spec) {
        if (!(spec.get("model") instanceof ObjectNode model)
                || !(presets.get(model.path(PRESET).asText()) instanceof ObjectNode preset)) {
            return List.of();
        }
        model.remove(PRESET);
        if (spec.has("initialModel")) {
            return List.of(new Problem("model.preset", "the network is the initial model's; leave one of them out"));
        }
        JsonNode unet = model.has("unet") ? model.get("unet") : model.putObject("unet");
        if (unet instanceof ObjectNode stated) {
            preset.properties().stream()
                    .filter(key -> !stated.has(key.getKey()))
                    .forEach(key -> stated.set(key.getKey(), key.getValue().deepCopy()));
        }
        return List.of();
    }

    private static JsonNode load() {
        try (InputStream in = NetworkPresets.class.getResourceAsStream(RESOURCE)) {
            return new ObjectMapper().readTree(in);
        } catch (IOException e) {
            throw new UncheckedIOException(RESOURCE + " cannot be read", e);
        }
    }
}
