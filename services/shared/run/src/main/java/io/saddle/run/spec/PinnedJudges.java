package io.saddle.run.spec;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.node.TextNode;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * The networks that a specification names as judges: each is written with the SHA-256 that its file has at submission, those of
 * constraints as parameters {@code NAME} and {@code NAME.sha256}.
 */
public final class PinnedJudges {

    /** By kind of constraint the parameter that names its judge. */
    public static final Map<String, String> PARAMETERS =
            Map.of(ConstraintKinds.CLASS_FREQUENCY, "classifier", ConstraintKinds.FEATURE_MEAN, "features");

    /** Follows the parameter's name. */
    public static final String SHA256_PARAMETER = ".sha256";

    private static final String CLASSIFIER = "classifier";
    private static final String FEATURES = "features";
    private static final String FILE = "file";
    private static final String SHA256 = "sha256";

    private final List<Problem> problems = new ArrayList<>();
    private final ModelFolders folders;

    private PinnedJudges(ModelFolders folders) {
        this.folders = folders;
    }

    /** A place where the path of a file stands as text. */
    @FunctionalInterface
    interface FilePlace {
        /** @param owner an object and its key, or a list and the position in it */
        void at(JsonNode owner, String key);
    }

    /**
     * The judge that a constraint names itself.
     *
     * @return null if it names none, or is measured by an evaluator of somebody's own, whose parameters mean what they mean there
     */
    public static RunSpec.Judge of(RunSpec.Constraint constraint) {
        return isOurs(constraint.kind(), constraint.evaluator())
                ? of(constraint.kind(), constraint.parameters())
                : null;
    }

    /** As {@link #of(RunSpec.Constraint)}, of a constraint that our evaluator measures. */
    public static RunSpec.Judge of(String kind, Map<String, String> parameters) {
        String parameter = PARAMETERS.get(kind);
        String file = parameter == null ? null : parameters.get(parameter);
        return file == null ? null : new RunSpec.Judge(file, parameters.get(parameter + SHA256_PARAMETER));
    }

    /** Every place where a file of a judge is named. */
    static void eachFile(ObjectNode spec, FilePlace place) {
        JsonNode evaluation = spec.path("evaluation");
        one(evaluation, CLASSIFIER, place);
        for (int i = 0; i < evaluation.path(FEATURES).size(); i++) {
            one(evaluation.path(FEATURES), Integer.toString(i), place);
        }
        for (JsonNode constraint : spec.path("constraints")) {
            String parameter = parameter(constraint);
            if (parameter != null && isFile(constraint.path("parameters").path(parameter))) {
                place.at(constraint.path("parameters"), parameter);
            }
        }
    }

    /** Saddle's own network has none. */
    private static boolean isFile(JsonNode named) {
        return named.isTextual() && !named.textValue().equals(RunSpec.Judge.OWN);
    }

    private static void one(JsonNode owner, String key, FilePlace place) {
        JsonNode judge = owner instanceof ArrayNode ? owner.path(Integer.parseInt(key)) : owner.path(key);
        if (isFile(judge)) {
            place.at(owner, key);
        } else if (isFile(judge.path(FILE))) {
            place.at(judge, FILE);
        }
    }

    /**
     * Completes {@code evaluation} in place. Parts of a wrong type are left to the schema.
     *
     * @return what is wrong with the files
     */
    static List<Problem> fillIn(ObjectNode spec, ModelFolders folders) {
        PinnedJudges judges = new PinnedJudges(folders);
        if (spec.get("evaluation") instanceof ObjectNode evaluation) {
            if (evaluation.get(CLASSIFIER) instanceof TextNode file) {
                evaluation.putObject(CLASSIFIER).set(FILE, file);
            }
            judges.pin(evaluation.path(CLASSIFIER), "evaluation." + CLASSIFIER);
            if (evaluation.get(FEATURES) instanceof ArrayNode features) {
                for (int i = 0; i < features.size(); i++) {
                    if (features.get(i) instanceof TextNode file) {
                        features.set(i, features.objectNode().set(FILE, file));
                    }
                    judges.pin(features.get(i), "evaluation." + FEATURES + "[" + i + "]");
                }
            }
        }
        return judges.problems;
    }

    /** The same for the constraints' parameters alone. */
    static List<Problem> fillInConstraints(ObjectNode spec, ModelFolders folders) {
        PinnedJudges judges = new PinnedJudges(folders);
        JsonNode constraints = spec.path("constraints");
        for (int i = 0; i < constraints.size(); i++) {
            String parameter = parameter(constraints.get(i));
            if (parameter != null && constraints.get(i).get("parameters") instanceof ObjectNode parameters) {
                String path = "constraints[" + i + "].parameters." + parameter;
                judges.pin(parameters, parameter, parameter + SHA256_PARAMETER, path);
            }
        }
        return judges.problems;
    }

    private void pin(JsonNode judge, String path) {
        if (judge instanceof ObjectNode object) {
            pin(object, FILE, SHA256, path);
        }
    }

    private void pin(ObjectNode owner, String fileKey, String sha256Key, String path) {
        if (!(owner.get(fileKey) instanceof TextNode file)) {
            return;
        }
        if (!isFile(file)) {
            if (owner.has(sha256Key)) {
                problems.add(new Problem(
                        path, RunSpec.Judge.OWN + " is saddle's own network and has no file, so no sha256 either"));
            }
            return;
        }
        try {
            RunSpec.Judge found = folders.judge(file.textValue());
            String stated = owner.path(sha256Key).asText(found.sha256());
            if (!stated.equals(found.sha256())) {
                problems.add(new Problem(
                        path, found.file() + " has the sha256 " + found.sha256() + ", not " + stated + " as stated"));
            }
            owner.put(fileKey, found.file());
            owner.put(sha256Key, stated);
        } catch (IOException e) {
            problems.add(new Problem(path, e.getMessage()));
        }
    }

    /** The problems of a specification whose judges were never opened. */
    static List<Problem> requirePinned(ObjectNode spec) {
        List<Problem> problems = new ArrayList<>();
        JsonNode evaluation = spec.path("evaluation");
        require(evaluation.path(CLASSIFIER), "evaluation." + CLASSIFIER, problems);
        for (int i = 0; i < evaluation.path(FEATURES).size(); i++) {
            require(evaluation.path(FEATURES).path(i), "evaluation." + FEATURES + "[" + i + "]", problems);
        }
        JsonNode constraints = spec.path("constraints");
        for (int i = 0; i < constraints.size(); i++) {
            String parameter = parameter(constraints.get(i));
            JsonNode parameters = constraints.path(i).path("parameters");
            if (parameter != null
                    && isFile(parameters.path(parameter))
                    && !parameters.has(parameter + SHA256_PARAMETER)) {
                problems.add(missing("constraints[" + i + "].parameters." + parameter + SHA256_PARAMETER));
            }
        }
        return problems;
    }

    private static void require(JsonNode judge, String path, List<Problem> problems) {
        if (isFile(judge.path(FILE)) && !judge.has(SHA256)) {
            problems.add(missing(path + "." + SHA256));
        }
    }

    private static Problem missing(String path) {
        return new Problem(path, "is required in a run that was submitted");
    }

    private static String parameter(JsonNode constraint) {
        String kind = constraint instanceof ObjectNode object ? DerivedValues.kind(object) : null;
        return kind != null && isOurs(kind, constraint.path("evaluator").asText(kind)) ? PARAMETERS.get(kind) : null;
    }

    /** Of this deployment or of another beside it. */
    static boolean isOurs(String kind, String evaluator) {
        return evaluator.equals(kind) || evaluator.startsWith(kind + "-");
    }
}
