package io.saddle.run.spec;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.BooleanNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;

/** Fills in what derives from other parts of the same specification, before the schema's own defaults. */
final class DerivedValues {

    static final String BUNDLED = "bundled:";
    static final String DATASET = "dataset";
    static final String CLASS = "class";
    private static final String CLASSES = "classes";
    private static final String GROUPS = "groups";
    static final String IMAGES = "images";
    static final String LABELS = "labels";
    static final String LATENT_MEANS = "latentMeans";
    static final String WHERE = "where";
    static final String SHA256 = "sha256";

    private final SpecSchema schema;
    /** Null for what was submitted: every condition, and whether means are taken, stands in it as it is. */
    private final PinnedDataSets sets;

    private final List<Problem> problems = new ArrayList<>();

    private DerivedValues(SpecSchema schema, PinnedDataSets sets) {
        this.schema = schema;
        this.sets = sets;
    }

    /**
     * Completes {@code spec} in place. Parts of a wrong type are left to the schema.
     *
     * @param sets tells whether data are of the same data set, and so take over conditions and {@code latentMeans}; null: nothing of these is
     *     taken over
     * @return where nothing could be derived
     */
    static List<Problem> fillIn(ObjectNode spec, SpecSchema schema, PinnedDataSets sets) {
        DerivedValues values = new DerivedValues(schema, sets);
        if (section(spec, "data") instanceof ObjectNode data) {
            values.derive(spec, data);
        }
        if (spec.get("dual") instanceof ObjectNode dual
                && RunSpec.Mode.PIPELINED.name().equals(dual.path("mode").asText())
                && !dual.has("delay")) {
            dual.put("delay", 1);
        }
        if (ScheduleKeys.isFlow(spec) && section(spec, "evaluation") instanceof ObjectNode evaluation) {
            // The samplers on betas have no way along a flow.
            putMissing(evaluation, "sampler", "euler");
        }
        return values.problems;
    }

    private void derive(ObjectNode spec, ObjectNode data) {
        settle(data, "data");
        schema.fillIn("data", data);
        column(data, "data");
        boolean resilient = spec.path("dual").has("resilience");
        JsonNode constraints = spec.path("constraints");
        for (int i = 0; i < constraints.size(); i++) {
            if (constraints.get(i) instanceof ObjectNode constraint) {
                derive(constraint, "constraints[" + i + "]", data, resilient);
            }
        }
        if (section(spec, "evaluation") instanceof ObjectNode evaluation
                && section(evaluation, "reference") instanceof ObjectNode reference) {
            settle(reference, "evaluation.reference");
            inherit(reference, data, "evaluation.reference");
        }
    }

    private void derive(ObjectNode constraint, String path, ObjectNode runData, boolean resilient) {
        String kind = kind(constraint);
        if (kind != null && !constraint.has("kind")) {
            constraint.put("kind", kind);
        }
        if (kind != null && !constraint.has("evaluator")) {
            constraint.put("evaluator", kind);
        }
        atLeast(constraint, path, kind);
        if ((resilient || constraint.has("resilience")) && !constraint.has("threshold")) {
            constraint.put("threshold", 0.0);
        }
        if (constraint.get("data") instanceof ObjectNode data) {
            settle(data, path + ".data");
            inherit(data, runData, path + ".data");
            if (constraint.get("evaluationData") instanceof ObjectNode evaluationData) {
                if (!evaluationData.has(CLASSES) && !evaluationData.has(GROUPS)) {
                    copy(evaluationData, data, CLASSES);
                    copy(evaluationData, data, "otherClasses");
                    copy(evaluationData, data, GROUPS);
                }
                settle(evaluationData, path + ".evaluationData");
                inherit(evaluationData, data, path + ".evaluationData");
            }
        }
    }

    /** The constraint's kind where it is named or follows from its evaluator; null where it is of a wrong type. */
    static String kind(ObjectNode constraint) {
        if (constraint.has("kind")) {
            return constraint.get("kind").textValue();
        }
        String evaluator = constraint.path("evaluator").textValue();
        return evaluator != null && ConstraintKinds.BUILT_IN.contains(evaluator)
                ? evaluator
                : ConstraintKinds.DENOISING_LOSS;
    }

    /** A share that is wanted is a threshold for the share that is missing. */
    private void atLeast(ObjectNode constraint, String path, String kind) {
        JsonNode share = constraint.path("atLeast");
        if (!share.isNumber()) {
            return;
        }
        if (!ConstraintKinds.CLASS_FREQUENCY.equals(kind)) {
            problems.add(new Problem(path + ".atLeast", "is for class-frequency; this is a " + kind));
        } else if (constraint.has("threshold")) {
            problems.add(new Problem(path + ".atLeast", "stands for threshold: 1 - atLeast; give one of them"));
        } else if (share.doubleValue() >= 0 && share.doubleValue() <= 1) {
            constraint.put("threshold", 1 - share.doubleValue());
            constraint.remove("atLeast");
        }
    }

    /** A data set stands for images and labels; a name that is none is left to the schema. */
    private void address(ObjectNode data, String path) {
        JsonNode set = data.path(DATASET);
        if (!set.isTextual() || !schema.matches(DATASET, set.textValue())) {
            return;
        }
        if (data.has(IMAGES) || data.has(LABELS)) {
            problems.add(new Problem(path + "." + DATASET, "stands for images and labels; give it or them"));
        }
        data.put(IMAGES, DataSetVersions.PREFIX + set.textValue());
        data.remove(DATASET);
    }

    private static boolean bringsLabels(String images) {
        return images.startsWith(BUNDLED) || images.startsWith(DataSetVersions.PREFIX);
    }

    /** Labels of bundled images and data sets come along; without classes the data is all of every class. */
    private void settle(ObjectNode data, String path) {
        address(data, path);
        boolean images = data.has(IMAGES);
        if (images && !data.has(LABELS)) {
            if (!bringsLabels(data.get(IMAGES).asText())) {
                problems.add(new Problem(path + ".labels", "is required where images is given"));
            }
            data.set(LABELS, data.get(IMAGES));
        } else if (!images && data.has(LABELS)) {
            problems.add(new Problem(path + ".images", "is required where labels is given"));
        }
        if (data.path(CLASSES).isEmpty()) {
            if (data.path("otherClasses").equals(BooleanNode.FALSE)) {
                problems.add(new Problem(
                        path + ".otherClasses", "false without classes takes no image at all; name the classes"));
            }
            if (data.path("otherClasses").isMissingNode()
                    || data.get("otherClasses").isBoolean()) {
                data.put("otherClasses", true);
            }
        }
    }

    private void inherit(ObjectNode data, ObjectNode from, String path) {
        copy(data, from, IMAGES);
        if (data.path(LABELS).equals(data.get(IMAGES)) && bringsColumns(data)) {
            // Another data set, or another version: the class is the same column.
            data.put(
                    LABELS,
                    data.get(IMAGES).asText()
                            + DataSetVersions.column(from.path(LABELS).asText()));
        }
        copy(data, from, LABELS);
        copy(data, from, "seed");
        if (data.path(IMAGES).equals(from.path(IMAGES)) && data.path(LABELS).equals(from.path(LABELS))) {
            copy(data, from, SHA256);
        }
        if (sets != null
                && sets.isSame(data.path(IMAGES).asText(), from.path(IMAGES).asText())) {
            copy(data, from, LATENT_MEANS);
            inheritWhere(data, from);
        }
        column(data, path);
    }

    /** Columns that the data's own condition does not name stay as they were, in each of its alternatives. */
    private static void inheritWhere(ObjectNode data, ObjectNode from) {
        if (!data.has(WHERE)) {
            copy(data, from, WHERE);
        } else if (from.get(WHERE) instanceof ObjectNode inherited) {
            alternatives(data).forEach(own -> inheritColumns(own, inherited));
        } else if (!alternatives(data).isEmpty()) {
            List<ObjectNode> both = product(alternatives(data), alternatives(from));
            if (!both.isEmpty()) {
                data.putArray(WHERE).addAll(both);
            }
        }
    }

    private static ObjectNode inheritColumns(ObjectNode own, ObjectNode inherited) {
        inherited.properties().forEach(column -> copy(own, inherited, column.getKey()));
        return own;
    }

    /**
     * What {@link #inheritWhere} has made alternatives of: a column is inherited if it is in each block as it is in that block's inherited
     * alternative.
     *
     * @param made with all that was inherited
     * @return empty if they are not made of these
     */
    static List<ObjectNode> ownAlternatives(List<ObjectNode> made, List<ObjectNode> inherited) {
        if (inherited.isEmpty() || made.size() % inherited.size() != 0) {
            return List.of();
        }
        int count = made.size() / inherited.size();
        List<ObjectNode> own = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            ObjectNode one = made.get(i).deepCopy();
            int at = i;
            one.properties()
                    .removeIf(column -> IntStream.range(0, inherited.size())
                            .allMatch(block -> made.get(block * count + at)
                                    .path(column.getKey())
                                    .equals(inherited.get(block).path(column.getKey()))));
            own.add(one);
        }
        return product(own, inherited).equals(made) ? own : List.of();
    }

    private static List<ObjectNode> product(List<ObjectNode> own, List<ObjectNode> inherited) {
        return inherited.stream()
                .flatMap(columns -> own.stream().map(one -> inheritColumns(one.deepCopy(), columns)))
                .toList();
    }

    /** The conditions of which one must agree; empty where one of them is of a wrong type, which is left to the schema. */
    static List<ObjectNode> alternatives(ObjectNode data) {
        JsonNode where = data.path(WHERE);
        List<ObjectNode> alternatives = new ArrayList<>();
        for (JsonNode alternative : where.isArray() ? where : List.of(where)) {
            if (!(alternative instanceof ObjectNode condition)) {
                return List.of();
            }
            alternatives.add(condition);
        }
        return alternatives;
    }

    private static boolean bringsColumns(ObjectNode data) {
        return data.path(IMAGES).asText().startsWith(DataSetVersions.PREFIX);
    }

    /** The column that is the class goes with the address of the labels. */
    private void column(ObjectNode data, String path) {
        if (!data.path(CLASS).isTextual()) {
            return;
        }
        if (bringsColumns(data)) {
            data.put(
                    LABELS,
                    data.get(IMAGES).asText()
                            + DataSetVersions.COLUMN
                            + data.get(CLASS).asText());
        } else {
            problems.add(new Problem(
                    path + "." + CLASS, "is a column of a data set; the classes of these images are their labels"));
        }
        data.remove(CLASS);
    }

    private static void copy(ObjectNode to, ObjectNode from, String key) {
        if (!to.has(key) && from.has(key)) {
            to.set(key, from.get(key).deepCopy());
        }
    }

    private static void putMissing(ObjectNode section, String key, String value) {
        if (!section.has(key)) {
            section.put(key, value);
        }
    }

    private static JsonNode section(ObjectNode parent, String key) {
        return parent.has(key) ? parent.get(key) : parent.putObject(key);
    }
}
