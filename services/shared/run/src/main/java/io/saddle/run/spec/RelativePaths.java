package io.saddle.run.spec;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.node.TextNode;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.List;
import java.util.function.UnaryOperator;

/** Makes a specification's relative paths absolute: they mean relative to the file that names them. */
public final class RelativePaths {

    private final UnaryOperator<String> resolution;

    private RelativePaths(UnaryOperator<String> resolution) {
        this.resolution = resolution;
    }

    /**
     * Completes {@code spec} in place. Parts of a wrong type are left to the schema, references of a pipeline's steps as they are.
     *
     * @param folder that of the specification's file
     */
    public static void resolve(ObjectNode spec, Path folder) {
        resolve(spec, path -> absolute(path, folder));
    }

    /**
     * As {@link #resolve(ObjectNode, Path)}, of a specification or changes of one.
     *
     * @param resolution makes of a path as it is written the one that is meant
     */
    public static void resolve(ObjectNode spec, UnaryOperator<String> resolution) {
        RelativePaths paths = new RelativePaths(resolution);
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

    /** Completes one path in place, as {@link #resolve(ObjectNode, UnaryOperator)} does. */
    public static void resolve(ObjectNode owner, String key, UnaryOperator<String> resolution) {
        new RelativePaths(resolution).replace(owner, key);
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
            object.put(key, resolution.apply(text.textValue()));
        } else if (owner instanceof ArrayNode list) {
            list.set(
                    Integer.parseInt(key),
                    resolution.apply(list.path(Integer.parseInt(key)).asText()));
        }
    }

    /** A path as it is meant in a file of this folder; what is none, as a bundled data set, and what begins with a reference stay. */
    public static String absolute(String address, Path folder) {
        try {
            return isPath(address) ? folder.resolve(address).normalize().toString() : address;
        } catch (InvalidPathException e) {
            // Whoever opens it says so.
            return address;
        }
    }

    /** True if it means something else in a file of another folder. */
    public static boolean isRelative(String address) {
        try {
            return isPath(address) && !Path.of(address).isAbsolute();
        } catch (InvalidPathException e) {
            return false;
        }
    }

    private static boolean isPath(String address) {
        return !address.isBlank()
                && List.of("bundled:", DataSetVersions.PREFIX, ModelFolders.RUN, "file:", "${").stream()
                        .noneMatch(address::startsWith);
    }
}
