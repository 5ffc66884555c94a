package io.saddle.run.spec;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;

/**
 * Names the version of every data set that a specification names, once derived values stand in it, and puts {@code classes} of a data
 * set, which go by what it calls them, into {@code where} and {@code groups}. Files, which have no versions, are written with the SHA-256
 * that they have at submission.
 */
final class PinnedDataSets {

    private static final String CLASSES = "classes";
    private static final String OTHERS = "otherClasses";

    private final DataSetVersions versions;
    /** By address as it was written. */
    private final Map<String, Pinned> pinned = new HashMap<>();

    /** Of files, by both addresses. */
    private final Map<List<String>, Optional<String>> digests = new HashMap<>();

    private final Set<String> said = new HashSet<>();
    private final List<Problem> problems = new ArrayList<>();

    PinnedDataSets(DataSetVersions versions) {
        this.versions = versions;
    }

    /** True if both addresses of images are the same version of a data set, with or without its number. */
    boolean isSame(String images, String others) {
        return images.startsWith(DataSetVersions.PREFIX)
                && others.startsWith(DataSetVersions.PREFIX)
                && pinned(images).address().equals(pinned(others).address());
    }

    /**
     * A data set as it is kept.
     *
     * @param address with its version; as it was written where there is none
     * @param missing the reason why there is none; null if there is one
     */
    private record Pinned(String address, String missing) {}

    private Pinned pinned(String images) {
        return pinned.computeIfAbsent(images, written -> {
            String name = written.substring(DataSetVersions.PREFIX.length());
            if (name.contains("/")) {
                return new Pinned(
                        written,
                        "is a path, which './saddle run submit' imports; else './saddle data import " + name
                                + " --name NAME' does, and 'dataset: NAME' names it");
            }
            try {
                return new Pinned(versions.pinned(written), null);
            } catch (IOException | IllegalArgumentException e) {
                return new Pinned(written, e.getMessage());
            }
        });
    }

    /**
     * Completes {@code spec} in place; one version for each data set.
     *
     * @return the data sets that are not there, each at its first place
     */
    List<Problem> pin(ObjectNode spec) {
        DataPlaces.of(spec).forEach((path, data) -> pin(data, path, path.equals(DataPlaces.RUN)));
        return problems;
    }

    /** @param whole whether classes that are not named are taken where that is left open */
    private void pin(ObjectNode data, String path, boolean whole) {
        String images = data.path("images").asText();
        boolean isSet = images.startsWith(DataSetVersions.PREFIX);
        if (!isSet && !images.startsWith(DerivedValues.BUNDLED)) {
            pinFiles(data, images, data.path("labels").asText());
        } else if (data.has(DerivedValues.SHA256)) {
            problems.add(new Problem(
                    path + "." + DerivedValues.SHA256, "is of files; " + images + " never changes: leave it out"));
        }
        if (!isSet) {
            return;
        }
        String address = pinned(images).address();
        if (pinned(images).missing() != null) {
            if (said.add(images)) {
                problems.add(new Problem(path + ".dataset", pinned(images).missing()));
            }
            // What there is not has no classes either, of which nothing more is to be said.
            data.putObject(CLASSES);
            return;
        }
        String labels = data.path("labels").asText();
        data.put("images", address);
        if (labels.equals(images) || labels.startsWith(images + DataSetVersions.COLUMN)) {
            data.put("labels", address + labels.substring(images.length()));
        }
        markLatents(data, path);
        if (data.get(CLASSES) instanceof ObjectNode classes && !classes.isEmpty() && isWellFormed(data, classes)) {
            classColumn(data, path).ifPresent(column -> nameClasses(data, column, classes, path, whole));
        }
    }

    /** One that is stated, or taken over from the run's, is held against the files by whoever reads them. */
    private void pinFiles(ObjectNode data, String images, String labels) {
        if (!data.has(DerivedValues.SHA256)) {
            digests.computeIfAbsent(List.of(images, labels), files -> versions.sha256(images, labels))
                    .ifPresent(sha256 -> data.put(DerivedValues.SHA256, sha256));
        }
    }

    /** Whoever reads the run later need not ask for the data set. */
    private void markLatents(ObjectNode data, String path) {
        try {
            if (versions.holdsLatents(data.get("images").textValue())) {
                data.put("latents", true);
            }
        } catch (IOException | IllegalArgumentException e) {
            problems.add(new Problem(path + ".dataset", e.getMessage()));
        }
    }

    /** What is of a wrong type is left as it is to the schema, which says so. */
    private static boolean isWellFormed(ObjectNode data, ObjectNode classes) {
        JsonNode groups = data.path("groups");
        JsonNode others = data.path(OTHERS);
        return classes.properties().stream().allMatch(share -> share.getValue().isObject())
                && (others.isMissingNode() || others.isBoolean())
                && (groups.isMissingNode()
                        || groups.isObject() && stream(groups).allMatch(JsonNode::isObject));
    }

    private static Stream<JsonNode> stream(JsonNode node) {
        return StreamSupport.stream(node.spliterator(), false);
    }

    private Optional<String> classColumn(ObjectNode data, String path) {
        String named = DataSetVersions.column(data.path("labels").asText());
        if (!named.isEmpty()) {
            return Optional.of(named.substring(DataSetVersions.COLUMN.length()));
        }
        try {
            return versions.classColumn(data.get("images").textValue());
        } catch (IOException | IllegalArgumentException e) {
            problems.add(new Problem(path + ".dataset", e.getMessage()));
            return Optional.empty();
        }
    }

    private void nameClasses(ObjectNode data, String column, ObjectNode classes, String path, boolean whole) {
        if (!data.path(OTHERS).asBoolean(whole)) {
            if (whole) {
                // What constraints take over of the run's condition is what a person wrote there.
                problems.add(new Problem(
                        path + "." + OTHERS, "of a data set say which classes with where: {" + column + ": [...]}"));
            } else {
                require(data, column, classes, path);
            }
        }
        ObjectNode amounts = data.withObjectProperty("groups").withObjectProperty(column);
        for (Map.Entry<String, JsonNode> share : classes.properties()) {
            if (amounts.has(share.getKey())) {
                problems.add(new Problem(
                        path + ".classes." + share.getKey(), "is in groups." + column + " too; give one of them"));
            }
            amounts.set(share.getKey(), share.getValue());
        }
        data.putObject(CLASSES);
        data.put(OTHERS, true);
    }

    /** Only these classes: one more key of the condition, or of each of its alternatives. */
    private void require(ObjectNode data, String column, ObjectNode classes, String path) {
        JsonNode where = data.has("where") ? data.get("where") : data.putObject("where");
        for (JsonNode alternative : where.isArray() ? where : List.of(where)) {
            if (alternative.has(column)) {
                problems.add(new Problem(
                        path + ".classes", "where names " + column + " already, which is the class; give one of them"));
            } else if (alternative instanceof ObjectNode conditions) {
                classes.fieldNames().forEachRemaining(conditions.withArrayProperty(column)::add);
            }
        }
    }
}
