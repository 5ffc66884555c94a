package io.saddle.run.spec;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.cfg.JsonNodeFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.datatype.jdk8.Jdk8Module;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Function;
import java.util.stream.Stream;

/**
 * Reads run specifications, written by people in YAML or by saddle in JSON, and fills in every default. A specification with
 * mistakes is refused with all of them at once.
 */
public final class RunSpecParser {

    /** The largest specification that is read: 256 kB. */
    public static final int MAX_BYTES = 256 * 1024;

    /** The keys of {@code dual} that may change while a run trains: the dual updater's own part. */
    public static final Set<String> LIVE_DUAL_KEYS =
            Set.of("optimizer", "nupi", "adam", "learningRate", "warmupSteps", "resilience", "multiplierLimit");

    private static final String JSON_SOURCE = "spec";

    private final JsonMapper mapper = JsonMapper.builder()
            .addModule(new Jdk8Module())
            .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
            .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
            .enable(JsonNodeFeature.WRITE_PROPERTIES_SORTED)
            .build();
    private final SpecSchema schema = new SpecSchema();
    private final SpecRules rules = new SpecRules();
    private final NetworkPresets presets = new NetworkPresets();
    private final ModelFolders folders;
    private final DataSetVersions versions;

    /** Opens no model's folder. */
    public RunSpecParser() {
        this(folder -> {
            throw new IOException("models cannot be opened here; submit the run to a console");
        });
    }

    /** Leaves data sets without a version as they are written. */
    public RunSpecParser(ModelFolders folders) {
        this(folders, DataSetVersions.AS_WRITTEN);
    }

    /**
     * @param folders opens the folders of a specification's {@code initialModel} and of its constraints' {@code model}
     * @param versions names the version of each data set that a person wrote without one
     */
    public RunSpecParser(ModelFolders folders, DataSetVersions versions) {
        this.folders = folders;
        this.versions = versions;
    }

    /**
     * Reads a specification that a person wrote. What its {@code initialModel} determines is filled in from there.
     *
     * @param sourceName begins every message, e.g. {@code run.yaml}
     * @throws InvalidRunSpecException listing everything that is wrong
     */
    public RunSpec parse(String sourceName, String yaml) {
        return parse(sourceName, yaml, null);
    }

    /**
     * As {@link #parse(String, String)}.
     *
     * @param folder that relative paths are relative to, absolute; null: they stay as they are
     */
    public RunSpec parse(String sourceName, String yaml, Path folder) {
        requireSmall(sourceName, yaml);
        List<Problem> problems = new ArrayList<>();
        JsonNode tree = YamlTree.read(yaml, problems);
        return tree == null
                ? refuse(sourceName, problems)
                : bind(sourceName, tree, problems, versions, spec -> {
                    resolve(spec, folder);
                    return both(ConstraintRules.ofNew(spec), ImportedValues.fillIn(spec, folders));
                });
    }

    /**
     * The dual ascent that a person wrote down, the number of primal steps, and the constraints as far as it is about them: models and
     * data sets, which need not be there, stay unread, and what is said of them unchecked.
     *
     * @return with defaults in their place
     * @throws InvalidRunSpecException listing everything else that is wrong
     */
    public RunSpec parseDual(String sourceName, String yaml) {
        requireSmall(sourceName, yaml);
        List<Problem> problems = new ArrayList<>();
        JsonNode tree = YamlTree.read(yaml, problems);
        if (tree == null) {
            return refuse(sourceName, problems);
        }
        if (tree instanceof ObjectNode spec) {
            DualParts.keep(spec);
        }
        return bind(sourceName, tree, problems, versions, ConstraintRules::ofNew);
    }

    /**
     * Reads what {@link #toJson} wrote, or any other JSON of the format. Everything stands in it: no model's folder is opened.
     *
     * @throws InvalidRunSpecException listing everything that is wrong
     */
    public RunSpec fromJson(String json) {
        requireSmall(JSON_SOURCE, json);
        try {
            return asWritten(JSON_SOURCE, mapper.readTree(json));
        } catch (JsonProcessingException e) {
            String place = e.getLocation() == null
                    ? ""
                    : "line " + e.getLocation().getLineNr() + ", column "
                            + e.getLocation().getColumnNr();
            return refuse(JSON_SOURCE, List.of(new Problem(place, "is not valid JSON: " + e.getOriginalMessage())));
        }
    }

    /** The canonical form: every value written out, {@code fromJson(toJson(spec))} equals {@code spec}. */
    public String toJson(RunSpec spec) {
        try {
            return mapper.writeValueAsString(spec);
        } catch (JsonProcessingException e) {
            throw new IllegalArgumentException("cannot be written as JSON: " + e.getOriginalMessage(), e);
        }
    }

    /**
     * A constraint that a person wrote, for a run that trains already: checked and completed as if it stood in its
     * specification.
     *
     * @param folder that relative paths are relative to, absolute; null: they stay as they are
     * @throws InvalidRunSpecException listing everything that is wrong
     */
    public RunSpec.Constraint parseConstraint(RunSpec run, String sourceName, String yaml, Path folder) {
        requireSmall(sourceName, yaml);
        List<Problem> problems = new ArrayList<>();
        JsonNode constraint = YamlTree.read(yaml, problems);
        if (constraint != null && !constraint.isObject()) {
            problems.add(new Problem("", "must be the keys and values of one constraint (id: ..., threshold: ...)"));
        }
        if (!problems.isEmpty()) {
            return refuse(sourceName, problems);
        }
        ObjectNode spec = mapper.valueToTree(run);
        ArrayNode constraints = spec.putArray("constraints");
        constraints.add(constraint);
        try {
            return bind(sourceName, spec, problems, versions, whole -> {
                        resolve(whole, folder);
                        return both(ConstraintRules.ofNew(whole), ImportedValues.fillInConstraints(whole, folders));
                    })
                    .constraints()
                    .get(0);
        } catch (InvalidRunSpecException e) {
            return refuse(
                    sourceName,
                    e.problems().stream()
                            .map(problem -> new Problem(
                                    problem.path().replaceFirst("^constraints\\[0]\\.?", ""), problem.message()))
                            .toList());
        }
    }

    /**
     * The run with other dual settings; those that are not named stay.
     *
     * @param changes keys of {@code dual}: those of {@link #LIVE_DUAL_KEYS}
     * @throws InvalidRunSpecException listing everything that is wrong
     */
    public RunSpec withDual(RunSpec run, String sourceName, JsonNode changes) {
        if (!(changes instanceof ObjectNode named)) {
            return refuse(sourceName, List.of(new Problem("", "must be keys of dual and their values")));
        }
        List<Problem> problems = named.properties().stream()
                .map(Map.Entry::getKey)
                .filter(key -> !LIVE_DUAL_KEYS.contains(key))
                .map(key -> new Problem(
                        "dual." + key,
                        "cannot be changed while the run is there; what can: "
                                + String.join(", ", new TreeSet<>(LIVE_DUAL_KEYS))))
                .toList();
        if (!problems.isEmpty()) {
            return refuse(sourceName, problems);
        }
        ObjectNode spec = mapper.valueToTree(run);
        ObjectNode dual = (ObjectNode) spec.get("dual");
        named.properties().forEach(change -> {
            if (dual.get(change.getKey()) instanceof ObjectNode section
                    && change.getValue() instanceof ObjectNode part) {
                section.setAll(part);
            } else {
                dual.set(change.getKey(), change.getValue());
            }
        });
        return asWritten(sourceName, spec);
    }

    /**
     * A run with another priority.
     *
     * @throws InvalidRunSpecException if it is none
     */
    public RunSpec withPriority(RunSpec run, String sourceName, JsonNode priority) {
        if (priority == null || !priority.isIntegralNumber()) {
            return refuse(sourceName, List.of(new Problem("priority", "must be a whole number, -1000 to 1000")));
        }
        ObjectNode spec = mapper.valueToTree(run);
        spec.set("priority", priority);
        return asWritten(sourceName, spec);
    }

    /**
     * A run's labels after a change of some of them, by key in order.
     *
     * @param known all that it has
     * @param changes values by key; null takes a label away
     * @throws InvalidRunSpecException listing everything that is wrong
     */
    public Map<String, String> labels(Map<String, String> known, String sourceName, JsonNode changes) {
        if (!(changes instanceof ObjectNode named)) {
            return refuse(sourceName, List.of(new Problem("", "must be keys of labels and their values, or null")));
        }
        ObjectNode labelled = mapper.createObjectNode().put("name", sourceName);
        ObjectNode labels = labelled.putObject("labels");
        known.forEach(labels::put);
        named.properties().forEach(change -> {
            if (change.getValue().isNull()) {
                labels.remove(change.getKey());
            } else {
                labels.set(change.getKey(), change.getValue());
            }
        });
        List<Problem> problems = schema.problems(labelled);
        if (!problems.isEmpty()) {
            return refuse(sourceName, problems);
        }
        Map<String, String> changed = new TreeMap<>();
        labels.properties()
                .forEach(label -> changed.put(label.getKey(), label.getValue().textValue()));
        return changed;
    }

    /** Of a run that was submitted, neither models nor data sets are asked for again. */
    private RunSpec asWritten(String sourceName, JsonNode tree) {
        return bind(sourceName, tree, new ArrayList<>(), null, ImportedValues::requireFilledIn);
    }

    /**
     * @param versions of data sets; null for what was submitted
     * @param models fills in what models determine, and gives what is wrong with them
     */
    private RunSpec bind(
            String sourceName,
            JsonNode tree,
            List<Problem> problems,
            DataSetVersions versions,
            Function<ObjectNode, List<Problem>> models) {
        ObjectNode spec;
        if (tree instanceof ObjectNode object) {
            spec = object;
        } else if (tree.isNull() || tree.isMissingNode()) {
            spec = JsonNodeFactory.instance.objectNode();
        } else {
            problems.add(new Problem("", "must be keys and values (name: ...), was a single value or a list"));
            return refuse(sourceName, problems);
        }
        Spellings.settle(spec);
        problems.addAll(presets.expand(spec));
        ScheduleKeys scheduleKeys = new ScheduleKeys(spec);
        problems.addAll(models.apply(spec));
        problems.addAll(scheduleKeys.problems(spec));
        PinnedDataSets sets = versions == null ? null : new PinnedDataSets(versions);
        problems.addAll(DerivedValues.fillIn(spec, schema, sets));
        if (sets != null) {
            problems.addAll(sets.pin(spec));
        }
        schema.fillIn(spec);
        ScheduleKeys.settle(spec);
        problems.addAll(schema.problems(spec));
        problems.addAll(rules.problems(spec));
        if (!problems.isEmpty()) {
            return refuse(sourceName, problems);
        }
        try {
            return mapper.treeToValue(spec, RunSpec.class);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("the schema let something pass: " + e.getOriginalMessage(), e);
        }
    }

    private static List<Problem> both(List<Problem> some, List<Problem> others) {
        return Stream.concat(some.stream(), others.stream()).toList();
    }

    private static void resolve(ObjectNode spec, Path folder) {
        if (folder != null) {
            RelativePaths.resolve(spec, folder);
        }
    }

    private static void requireSmall(String sourceName, String text) {
        int bytes = text.getBytes(StandardCharsets.UTF_8).length;
        if (bytes > MAX_BYTES) {
            refuse(sourceName, List.of(new Problem("", "must be at most " + MAX_BYTES + " bytes, was " + bytes)));
        }
    }

    private static <T> T refuse(String sourceName, List<Problem> problems) {
        throw new InvalidRunSpecException(sourceName, problems);
    }
}
