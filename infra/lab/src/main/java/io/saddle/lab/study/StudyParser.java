package io.saddle.lab.study;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.saddle.cli.terminal.CommandException;
import io.saddle.cli.terminal.ExitCode;
import io.saddle.cli.terminal.TextInput;
import io.saddle.lab.study.Study.Preparation;
import io.saddle.lab.study.Study.Variant;
import io.saddle.run.spec.Changes;
import io.saddle.run.spec.NearestName;
import io.saddle.run.spec.Problem;
import io.saddle.run.spec.SpecSchema;
import io.saddle.run.spec.YamlTree;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.StreamSupport;

/** Reads the file of a study; one with mistakes is refused with all of them at once, each with its place. */
final class StudyParser {

    private static final SpecSchema SCHEMA = new SpecSchema(StudyParser.class, "study.schema.json");

    private final Path file;
    private final List<Problem> problems = new ArrayList<>();

    private StudyParser(Path file) {
        this.file = file;
    }

    /** @throws CommandException listing everything that is wrong */
    static Study read(Path file) {
        return new StudyParser(file).study();
    }

    private Study study() {
        JsonNode tree = YamlTree.read(text(file), problems);
        if (tree != null && !(tree instanceof ObjectNode)) {
            problems.add(new Problem("", "must be keys and values (name: ...)"));
        }
        refuseIfWrong();
        ObjectNode json = (ObjectNode) tree;
        problems.addAll(SCHEMA.problems(json));
        refuseIfWrong();
        List<Variant> variants = list(json.path("variants"), StudyParser::variant);
        references(variants);
        unique("seeds", list(json.path("seeds"), JsonNode::asText));
        unique("variants", variants.stream().map(Variant::name).toList());
        ObjectNode base = base(json.path("base"));
        if (base != null) {
            judge(base, json.path("judges"));
            for (String key : List.of("name", "seed")) {
                if (base.has(key)) {
                    problems.add(new Problem("base." + key, "comes from the study; leave it out"));
                }
            }
        }
        ObjectNode quick = section(json, "quick");
        if (base != null) {
            for (int i = 0; i < variants.size(); i++) {
                ObjectNode changed = Changes.apply(base, variants.get(i).set(), "variants[" + i + "].set", problems);
                Changes.apply(changed, quick, "quick", problems);
            }
        }
        refuseIfWrong();
        return new Study(
                json.path("name").textValue(),
                json.path("title").asText(json.path("name").textValue()),
                json.path("question").textValue().strip(),
                base,
                list(json.path("rare"), JsonNode::asText),
                json.get("heldOut") instanceof ObjectNode heldOut ? heldOut : null,
                list(json.path("prepare"), StudyParser::preparation),
                variants,
                list(json.path("seeds"), JsonNode::asLong),
                quick);
    }

    /** Null if there is none. */
    private ObjectNode base(JsonNode written) {
        if (written instanceof ObjectNode inline) {
            return inline.deepCopy();
        }
        Path example = file.toAbsolutePath().resolveSibling(written.textValue()).normalize();
        List<Problem> inside = new ArrayList<>();
        if (!Files.isRegularFile(example)) {
            problems.add(new Problem("base", "there is no file " + example));
            return null;
        }
        JsonNode tree = YamlTree.read(text(example), inside);
        problems.addAll(Problem.under("base", inside));
        if (tree instanceof ObjectNode specification) {
            specification.remove(List.of("name", "seed"));
            return specification;
        }
        problems.add(new Problem("base", example + " is no run specification: not keys and values"));
        return null;
    }

    private static void judge(ObjectNode base, JsonNode judges) {
        ObjectNode evaluation = base.withObject("/evaluation");
        judges.properties()
                .forEach(entry -> evaluation.set(
                        entry.getKey().equals("samples") ? "finalImages" : entry.getKey(), entry.getValue()));
    }

    private void references(List<Variant> variants) {
        Set<String> names = variants.stream().map(Variant::name).collect(Collectors.toSet());
        for (int i = 0; i < variants.size(); i++) {
            Variant variant = variants.get(i);
            String place = "variants[" + i + "].";
            reference(place + "against", variant.against(), variant.name(), names);
            reference(place + "start", variant.start(), variant.name(), names);
            boolean startsFromAStarted =
                    variants.stream().anyMatch(other -> other.name().equals(variant.start()) && other.start() != null);
            if (startsFromAStarted) {
                problems.add(new Problem(
                        place + "start",
                        "'" + variant.start() + "' has a start itself; one after another is not done"));
            }
        }
    }

    private void reference(String place, String named, String own, Set<String> names) {
        if (named == null) {
            return;
        }
        if (named.equals(own)) {
            problems.add(new Problem(place, "is the variant itself"));
        } else if (!names.contains(named)) {
            problems.add(new Problem(
                    place,
                    "there is no variant '" + named + "'"
                            + NearestName.of(named, names)
                                    .map(near -> ", did you mean " + near + "?")
                                    .orElse("")));
        }
    }

    private void unique(String place, List<String> values) {
        Set<String> seen = new HashSet<>();
        values.stream()
                .filter(value -> !seen.add(value))
                .forEach(value -> problems.add(new Problem(place, "'" + value + "' stands here twice")));
    }

    private static Variant variant(JsonNode json) {
        String name = json.path("name").textValue();
        return new Variant(
                name,
                json.path("title").asText(name),
                section(json, "set"),
                json.path("start").textValue(),
                json.path("against").textValue());
    }

    private static Preparation preparation(JsonNode json) {
        return new Preparation(
                json.path("dataset").textValue(),
                json.path("file").textValue(),
                list(json.path("commands"), command -> list(command, JsonNode::asText)));
    }

    private static ObjectNode section(JsonNode json, String key) {
        return json.get(key) instanceof ObjectNode section ? section : JsonNodeFactory.instance.objectNode();
    }

    private static <T> List<T> list(JsonNode array, Function<JsonNode, T> entry) {
        return StreamSupport.stream(array.spliterator(), false).map(entry).toList();
    }

    private void refuseIfWrong() {
        if (!problems.isEmpty()) {
            throw new CommandException(
                    ExitCode.INVALID_INPUT,
                    problems.stream()
                            .distinct()
                            .map(problem -> file.getFileName() + ": " + problem)
                            .collect(Collectors.joining(System.lineSeparator())));
        }
    }

    private static String text(Path file) {
        return new TextInput(file.toString()).text();
    }
}
