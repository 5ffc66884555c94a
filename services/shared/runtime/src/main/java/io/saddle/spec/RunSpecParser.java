package io.saddle.spec;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.cfg.JsonNodeFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.datatype.jdk8.Jdk8Module;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;

/**
 * Reads run specifications, written by people in YAML or by saddle in JSON, and fills in every default. A specification with
 * mistakes is refused with all of them at once.
 */
public final class RunSpecParser {

    /** Measures a constraint on snapshots, with fixed draws. */
    public static final String DENOISING_LOSS = "denoising-loss";

    /** Takes the losses that the trainer computed anyway. */
    public static final String MINIBATCH_LOSS = "minibatch-loss";

    /** The largest specification that is read: 256 kB. */
    public static final int MAX_BYTES = 256 * 1024;

    private static final String JSON_SOURCE = "spec";

    private final JsonMapper mapper = JsonMapper.builder()
            .addModule(new Jdk8Module())
            .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
            .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
            .enable(JsonNodeFeature.WRITE_PROPERTIES_SORTED)
            .build();
    private final SpecSchema schema = new SpecSchema();
    private final SpecRules rules;
    private final ModelFolders folders;

    /** Knows the evaluators that come with saddle; opens no model's folder. */
    public RunSpecParser() {
        this(Set.of(DENOISING_LOSS, MINIBATCH_LOSS));
    }

    /**
     * Knows the evaluators that come with saddle.
     *
     * @param folders opens the folder of a specification's {@code initialModel}
     */
    public RunSpecParser(ModelFolders folders) {
        this(Set.of(DENOISING_LOSS, MINIBATCH_LOSS), folders);
    }

    /**
     * @param evaluators names of the evaluators that a constraint may ask for
     */
    public RunSpecParser(Set<String> evaluators) {
        this(evaluators, folder -> {
            throw new IOException("initial models cannot be opened here; submit the run to a console");
        });
    }

    private RunSpecParser(Set<String> evaluators, ModelFolders folders) {
        this.rules = new SpecRules(evaluators);
        this.folders = folders;
    }

    /**
     * Reads a specification that a person wrote. What its {@code initialModel} determines is filled in from there.
     *
     * @param sourceName begins every message, e.g. {@code run.yaml}
     * @throws InvalidRunSpecException listing everything that is wrong
     */
    public RunSpec parse(String sourceName, String yaml) {
        requireSmall(sourceName, yaml);
        List<Problem> problems = new ArrayList<>();
        JsonNode tree = YamlTree.read(yaml, problems);
        return tree == null ? refuse(sourceName, problems) : bind(sourceName, tree, problems, true);
    }

    /**
     * Reads what {@link #toJson} wrote, or any other JSON of the format. Everything stands in it: no model's folder is opened.
     *
     * @throws InvalidRunSpecException listing everything that is wrong
     */
    public RunSpec fromJson(String json) {
        requireSmall(JSON_SOURCE, json);
        try {
            return bind(JSON_SOURCE, mapper.readTree(json), new ArrayList<>(), false);
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

    private RunSpec bind(String sourceName, JsonNode tree, List<Problem> problems, boolean open) {
        ObjectNode spec;
        if (tree instanceof ObjectNode object) {
            spec = object;
        } else if (tree.isNull() || tree.isMissingNode()) {
            spec = JsonNodeFactory.instance.objectNode();
        } else {
            problems.add(new Problem("", "must be keys and values (name: ...), was a single value or a list"));
            return refuse(sourceName, problems);
        }
        dropEmpty(spec);
        upperCaseMode(spec);
        problems.addAll(open ? ImportedValues.fillIn(spec, folders) : ImportedValues.requireFilledIn(spec));
        problems.addAll(DerivedValues.fillIn(spec, schema));
        schema.fillIn(spec);
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

    /**
     * A key without a value counts as left out. Exceptions: a class, that is all of it, and diffusers' mid_block_type, where
     * null means that there is none.
     */
    private static void dropEmpty(JsonNode node) {
        if (node instanceof ObjectNode object) {
            if (object.get("classes") instanceof ObjectNode classes) {
                classes.properties().stream()
                        .filter(share -> share.getValue().isNull())
                        .map(Map.Entry::getKey)
                        .toList()
                        .forEach(classes::putObject);
            }
            object.properties()
                    .removeIf(member ->
                            member.getValue().isNull() && !member.getKey().equals("mid_block_type"));
        }
        node.forEach(RunSpecParser::dropEmpty);
    }

    private static void upperCaseMode(ObjectNode spec) {
        if (spec.get("dual") instanceof ObjectNode dual && dual.path("mode").isTextual()) {
            dual.put("mode", dual.get("mode").textValue().toUpperCase(Locale.ROOT));
        }
    }

    private static void requireSmall(String sourceName, String text) {
        int bytes = text.getBytes(StandardCharsets.UTF_8).length;
        if (bytes > MAX_BYTES) {
            refuse(sourceName, List.of(new Problem("", "must be at most " + MAX_BYTES + " bytes, was " + bytes)));
        }
    }

    private static RunSpec refuse(String sourceName, List<Problem> problems) {
        throw new InvalidRunSpecException(sourceName, problems);
    }
}
