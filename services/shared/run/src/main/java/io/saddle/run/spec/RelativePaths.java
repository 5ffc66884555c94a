package io.saddle.run.spec;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.node.TextNode;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.List;

/** Makes a specification's relative paths absolute: they mean relative to the file that names them. */
public final class RelativePaths {

    private final Path folder;

    private RelativePaths(Path folder) {
        this.folder = folder;
    }

    /**
     * Completes {@code spec} in place. Parts of a wrong type are left to the schema, references of a pipeline's steps as they are.
     *
     * @param folder that of the specification's file
     */
    public static void resolve(ObjectNode spec, Path folder) {
        RelativePaths paths = new RelativePaths(folder);
        DataPlaces.of(spec).values().forEach(paths::data);
        paths.model(spec, "initialModel");
        for (JsonNode constraint : spec.path("constraints")) {
            if (constraint instanceof ObjectNode owner) {
                paths.model(owner, "model");
            }
        }
        PinnedStatistics.file(spec, paths::replace);
        PinnedJudges.eachFile(spec, paths::replace);
    }

    /** Completes one path in place, as {@link #resolve(ObjectNode, Path)} does. */
    public static void resolve(ObjectNode owner, String key, Path folder) {
        new RelativePaths(folder).replace(owner, key);
    }

    private void data(ObjectNode data) {
        replace(data, "images");
        replace(data, "labels");
    }

    private void model(ObjectNode owner, String key) {
        replace(owner, key);
        replace(owner.path(key), "folder");
    }

    private void replace(JsonNode owner, String key) {
        if (owner instanceof ObjectNode object && object.get(key) instanceof TextNode text) {
            object.put(key, absolute(text.textValue()));
        } else if (owner instanceof ArrayNode list) {
            list.set(
                    Integer.parseInt(key),
                    absolute(list.path(Integer.parseInt(key)).asText()));
        }
    }

    private String absolute(String address) {
        boolean path = !address.isBlank()
                && List.of("bundled:", DataSetVersions.PREFIX, ModelFolders.RUN, "file:", "${").stream()
                        .noneMatch(address::startsWith);
        try {
            return path ? folder.resolve(address).normalize().toString() : address;
        } catch (InvalidPathException e) {
            // Whoever opens it says so.
            return address;
        }
    }
}
