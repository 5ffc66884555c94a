package io.saddle.pipeline.spec;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.MissingNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.saddle.run.spec.InvalidRunSpecException;
import io.saddle.run.spec.Problem;
import io.saddle.run.spec.RunSpecParser;
import io.saddle.run.spec.SpecSchema;
import io.saddle.run.spec.YamlTree;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Predicate;
import java.util.regex.Pattern;

/** Reads definitions of pipelines. One with mistakes is refused with all of them at once, those of its runs' specifications too. */
public final class PipelineParser {

    private static final Pattern NUMBER_OR_OUTPUT = Pattern.compile("[0-9]+|.*[$][{].+[}].*");
    private static final SpecSchema SCHEMA = new SpecSchema(PipelineParser.class, "pipeline.schema.json");
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final String SOURCE = "definition";

    private final RunCheck runs;

    /** Of definitions that were checked before. */
    public PipelineParser() {
        this((specification, knowsModel) -> List.of());
    }

    /** @param runs looks at each specification of a run */
    public PipelineParser(RunCheck runs) {
        this.runs = runs;
    }

    /** The format as a JSON schema. */
    public static JsonNode schema() {
        return SCHEMA.document();
    }

    /**
     * A definition as a person wrote it, in the form in which it is kept: JSON, with absolute paths.
     *
     * @param source begins every message, e.g. {@code pipeline.yaml}
     * @param folder that relative paths are relative to, absolute; null: they stay as they are
     * @throws InvalidRunSpecException listing everything that is wrong
     */
    public String definition(String source, String yaml, Path folder) {
        if (yaml.getBytes(StandardCharsets.UTF_8).length > RunSpecParser.MAX_BYTES) {
            throw new InvalidRunSpecException(
                    source, List.of(new Problem("", "must be at most " + RunSpecParser.MAX_BYTES + " bytes")));
        }
        List<Problem> problems = new ArrayList<>();
        JsonNode tree = YamlTree.read(yaml, problems);
        if (tree != null && !tree.isObject()) {
            problems.add(new Problem("", "must be keys and values (name: ...)"));
        }
        if (!problems.isEmpty()) {
            throw new InvalidRunSpecException(source, problems);
        }
        if (folder != null) {
            StepPaths paths = new StepPaths(folder, PipelineParser::paths, problems);
            tree.path("steps").properties().forEach(step -> paths.resolve("steps." + step.getKey(), step.getValue()));
        }
        read(source, (ObjectNode) tree, true, problems);
        String definition = tree.toString();
        int bytes = Bounds.bytes(definition);
        if (bytes > Bounds.DEFINITION) {
            throw new InvalidRunSpecException(
                    source,
                    List.of(new Problem(
                            "", "has " + bytes + " bytes as JSON, must have at most " + Bounds.DEFINITION + " bytes")));
        }
        return definition;
    }

    /**
     * Reads what {@link #definition} made.
     *
     * @throws InvalidRunSpecException listing everything that is wrong
     */
    public PipelineSpec fromJson(String definition) {
        try {
            if (JSON.readTree(definition) instanceof ObjectNode tree) {
                return read(SOURCE, tree, false, List.of());
            }
            throw new InvalidRunSpecException(SOURCE, List.of(new Problem("", "must be keys and values")));
        } catch (JsonProcessingException e) {
            throw new InvalidRunSpecException(
                    SOURCE, List.of(new Problem("", "is not valid JSON: " + e.getOriginalMessage())));
        }
    }

    /**
     * The kinds and needs of steps, as far as they stand in a definition that this release cannot read: enough to stop what goes by it.
     *
     * @param steps their names
     */
    public PipelineSpec outline(String definition, Collection<String> steps) {
        try {
            return DefinitionOutline.of(JSON.readTree(definition), steps);
        } catch (JsonProcessingException e) {
            return DefinitionOutline.of(MissingNode.getInstance(), steps);
        }
    }

    /** Texts in the place of numbers, which are for outputs of other steps: the worker's command would refuse them when it is run. */
    private static List<Problem> wrongNumbers(ObjectNode tree) {
        List<Problem> problems = new ArrayList<>();
        for (Map.Entry<String, JsonNode> step : tree.path("steps").properties()) {
            for (String kind : PipelineSpec.WORK) {
                JsonNode told = step.getValue().path(kind);
                parameters(kind, type -> type.path("type").toString().contains("integer")).stream()
                        .filter(name -> told.path(name).isTextual())
                        .filter(name -> !NUMBER_OR_OUTPUT
                                .matcher(told.path(name).textValue())
                                .matches())
                        .forEach(name -> problems.add(new Problem(
                                "steps." + step.getKey() + "." + kind + "." + name,
                                "must be a number or an output of another step (${steps.NAME.OUTPUT}), was '"
                                        + told.path(name).textValue() + "'")));
            }
        }
        return problems;
    }

    /**
     * The parameters of a worker's kind of step that are paths.
     *
     * @param kind such as {@code data}
     */
    public static List<String> paths(String kind) {
        return parameters(kind, type -> type.path("format").asText().equals("path"));
    }

    private static List<String> parameters(String kind, Predicate<JsonNode> wanted) {
        return SCHEMA.document().at("/$defs/step/properties/" + kind + "/properties").properties().stream()
                .filter(parameter -> wanted.test(parameter.getValue()))
                .map(Map.Entry::getKey)
                .toList();
    }

    /**
     * @param isNew one that was kept before may be what is refused today
     * @param found what is wrong with its paths
     */
    private PipelineSpec read(String source, ObjectNode tree, boolean isNew, List<Problem> found) {
        List<Problem> problems = new ArrayList<>(SCHEMA.problems(tree));
        Set<String> misspelt = new HashSet<>();
        ObjectNode known = problems.isEmpty() ? tree : SCHEMA.withoutUnknownKeys(tree, misspelt);
        if (problems.isEmpty() || SCHEMA.problems(known).isEmpty()) {
            List<Problem> others = new ArrayList<>(found);
            PipelineSpec spec = new DefinitionReading(runs, others, isNew).pipeline(known);
            if (isNew) {
                others.addAll(wrongNumbers(known));
            }
            others.stream()
                    .filter(problem -> !isWithin(misspelt, problem.path()))
                    .forEach(problems::add);
            if (problems.isEmpty()) {
                return spec;
            }
        }
        throw new InvalidRunSpecException(source, problems);
    }

    /** What lies in the definition itself is not: its sections have keys of their own. */
    private static boolean isWithin(Set<String> sections, String place) {
        return sections.stream()
                .filter(section -> !section.isEmpty())
                .anyMatch(section -> place.equals(section) || place.startsWith(section + "."));
    }
}
