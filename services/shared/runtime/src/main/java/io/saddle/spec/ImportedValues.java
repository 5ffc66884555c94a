package io.saddle.spec;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.node.TextNode;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Fills in what a specification's initial model determines, and compares it with what the specification says itself. */
final class ImportedValues {

    /** Notes of diffusers that determine nothing. */
    private static final Set<String> NOTES = Set.of("_class_name", "_diffusers_version", "num_train_timesteps");

    private final List<Problem> problems = new ArrayList<>();

    private ImportedValues() {}

    /**
     * Completes {@code spec} in place. Parts of a wrong type are left to the schema.
     *
     * @return what is wrong with the folder, and every key that differs from it
     */
    static List<Problem> fillIn(ObjectNode spec, ModelFolders folders) {
        ImportedValues values = new ImportedValues();
        if (spec.get("initialModel") instanceof TextNode folder) {
            spec.putObject("initialModel").set("folder", folder);
        }
        if (spec.get("initialModel") instanceof ObjectNode initialModel
                && initialModel.path("folder").isTextual()) {
            try {
                values.fillIn(
                        spec,
                        initialModel,
                        folders.open(initialModel.get("folder").textValue()));
            } catch (IOException e) {
                values.problems.add(new Problem("initialModel", e.getMessage()));
            }
        }
        return values.problems;
    }

    /** The problem of a specification whose initial model was never opened. */
    static List<Problem> requireFilledIn(ObjectNode spec) {
        boolean filledIn =
                !spec.has("initialModel") || spec.path("initialModel").has("sha256");
        return filledIn
                ? List.of()
                : List.of(new Problem("initialModel.sha256", "is required in a run that was submitted"));
    }

    private void fillIn(ObjectNode spec, ObjectNode initialModel, ModelFolders.Imported imported) {
        initialModel.put("folder", imported.folder());
        take(initialModel, "sha256", "initialModel", TextNode.valueOf(imported.sha256()));
        if (!spec.has("model")) {
            spec.putObject("model");
        }
        if (spec.get("model") instanceof ObjectNode model) {
            takeAll(model, "unet", imported.unet());
            if (imported.schedule() != null) {
                takeAll(model, "schedule", imported.schedule());
                take(model, "prediction", "model", TextNode.valueOf(imported.prediction()));
            }
        }
    }

    private void takeAll(ObjectNode model, String section, ObjectNode imported) {
        if (!model.has(section)) {
            model.putObject(section);
        }
        if (model.get(section) instanceof ObjectNode stated) {
            String path = "model." + section;
            for (Map.Entry<String, JsonNode> member : imported.properties()) {
                if (!NOTES.contains(member.getKey())) {
                    take(stated, member.getKey(), path, member.getValue());
                }
            }
        }
    }

    private void take(ObjectNode stated, String key, String path, JsonNode imported) {
        boolean open = key.equals("sample_size") && imported.isNull();
        if (open && !stated.has(key)) {
            problems.add(
                    new Problem(path + "." + key, "the initial model leaves the size of the images open; give it"));
        } else if (!stated.has(key)) {
            // A null is the default of the others, and is left out of specifications.
            if (!imported.isNull() || key.equals("mid_block_type")) {
                stated.set(key, imported);
            }
        } else if (!open && !same(stated.get(key), imported)) {
            problems.add(new Problem(
                    path + "." + key,
                    "is " + stated.get(key) + ", the initial model has " + imported
                            + "; leave it out or let it agree"));
        }
    }

    /** 1 and 1.0 are the same number. */
    private static boolean same(JsonNode a, JsonNode b) {
        if (a.isNumber() && b.isNumber()) {
            return a.doubleValue() == b.doubleValue();
        }
        return a.equals(b);
    }
}
