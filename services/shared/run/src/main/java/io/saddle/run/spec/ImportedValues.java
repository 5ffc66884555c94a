package io.saddle.run.spec;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.node.TextNode;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** Fills in what a specification's initial model determines, and compares it with what the specification says itself. */
final class ImportedValues {

    /** Notes of diffusers that determine nothing. */
    private static final Set<String> NOTES = Set.of("_class_name", "_diffusers_version", "num_train_timesteps");

    private static final String INITIAL_MODEL = "initialModel";
    private static final String MODEL = "model";
    private static final String SHA256 = "sha256";
    private static final String OPTIMIZER = "optimizer";
    private static final String CHECKPOINT = "checkpoint";

    private final List<Problem> problems = new ArrayList<>();

    private ImportedValues() {}

    /**
     * Completes {@code spec} in place. Parts of a wrong type are left to the schema.
     *
     * @return what is wrong with the folder, and every key that differs from it
     */
    static List<Problem> fillIn(ObjectNode spec, ModelFolders folders) {
        ImportedValues values = new ImportedValues();
        values.open(spec, INITIAL_MODEL, INITIAL_MODEL, folders)
                .ifPresent(imported -> values.fillIn(spec, (ObjectNode) spec.get(INITIAL_MODEL), imported, folders));
        values.problems.addAll(fillInConstraints(spec, folders));
        values.problems.addAll(PinnedJudges.fillIn(spec, folders));
        values.problems.addAll(PinnedStatistics.fillIn(spec, folders));
        return values.problems;
    }

    /** The same for the models of the constraints alone. */
    static List<Problem> fillInConstraints(ObjectNode spec, ModelFolders folders) {
        ImportedValues values = new ImportedValues();
        JsonNode constraints = spec.path("constraints");
        for (int i = 0; i < constraints.size(); i++) {
            if (constraints.get(i) instanceof ObjectNode constraint) {
                values.model(constraint, "constraints[" + i + "].model", spec, folders);
            }
        }
        values.problems.addAll(PinnedJudges.fillInConstraints(spec, folders));
        return values.problems;
    }

    /** A teacher or reference that is not named is the model that the run starts from. */
    private void model(ObjectNode constraint, String path, ObjectNode spec, ModelFolders folders) {
        boolean wanted = ConstraintKinds.DISTILLATION.equals(DerivedValues.kind(constraint))
                || "reference".equals(constraint.path("relativeTo").textValue());
        if (wanted && !constraint.has(MODEL) && spec.get(INITIAL_MODEL) instanceof ObjectNode initialModel) {
            constraint.set(MODEL, initialModel.deepCopy().without(List.of(OPTIMIZER, CHECKPOINT)));
            return;
        }
        open(constraint, MODEL, path, folders)
                .ifPresent(imported ->
                        take((ObjectNode) constraint.get(MODEL), SHA256, path, TextNode.valueOf(imported.sha256())));
    }

    /** The values of the folder under {@code key}; FOLDER alone is short for {folder: FOLDER}. */
    private Optional<ModelFolders.Imported> open(ObjectNode owner, String key, String path, ModelFolders folders) {
        if (owner.get(key) instanceof TextNode folder) {
            owner.putObject(key).set("folder", folder);
        }
        if (owner.get(key) instanceof ObjectNode model && model.path("folder").isTextual()) {
            try {
                ModelFolders.Imported imported =
                        folders.open(model.get("folder").textValue());
                model.put("folder", imported.folder());
                return Optional.of(imported);
            } catch (IOException e) {
                problems.add(new Problem(path, e.getMessage()));
            }
        }
        return Optional.empty();
    }

    /** The problems of a specification whose models were never opened. */
    static List<Problem> requireFilledIn(ObjectNode spec) {
        List<Problem> problems = new ArrayList<>();
        requireDigest(spec, INITIAL_MODEL, INITIAL_MODEL, problems);
        if (spec.path(INITIAL_MODEL).has(OPTIMIZER) != spec.path(INITIAL_MODEL).has(CHECKPOINT)) {
            problems.add(new Problem(
                    INITIAL_MODEL + "." + CHECKPOINT,
                    "stands beside optimizer: keep in a run that was submitted, and nowhere else"));
        }
        JsonNode constraints = spec.path("constraints");
        for (int i = 0; i < constraints.size(); i++) {
            requireDigest(constraints.path(i), MODEL, "constraints[" + i + "].model", problems);
        }
        problems.addAll(PinnedJudges.requirePinned(spec));
        return problems;
    }

    private static void requireDigest(JsonNode owner, String key, String path, List<Problem> problems) {
        if (owner.has(key) && !owner.path(key).has(SHA256)) {
            problems.add(new Problem(path + "." + SHA256, "is required in a run that was submitted"));
        }
    }

    private void checkpoint(ObjectNode initialModel, ModelFolders folders) {
        String path = INITIAL_MODEL + "." + OPTIMIZER;
        String folder = initialModel.path("folder").asText();
        if (!folder.startsWith(ModelFolders.RUN)) {
            problems.add(new Problem(path, "only another run's model (run:NAME) has one to keep"));
            return;
        }
        try {
            take(initialModel, CHECKPOINT, INITIAL_MODEL, TextNode.valueOf(folders.checkpoint(folder)));
        } catch (IOException e) {
            problems.add(new Problem(path, e.getMessage()));
        }
    }

    private void fillIn(
            ObjectNode spec, ObjectNode initialModel, ModelFolders.Imported imported, ModelFolders folders) {
        take(initialModel, SHA256, INITIAL_MODEL, TextNode.valueOf(imported.sha256()));
        if (initialModel.has(OPTIMIZER)) {
            checkpoint(initialModel, folders);
        } else if (initialModel.has(CHECKPOINT)) {
            problems.add(
                    new Problem(INITIAL_MODEL + "." + CHECKPOINT, "is put in for optimizer: keep, which is not there"));
        }
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
