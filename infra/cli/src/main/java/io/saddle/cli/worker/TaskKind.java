package io.saddle.cli.worker;

import com.fasterxml.jackson.databind.JsonNode;
import io.saddle.pipeline.spec.PipelineParser;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;

/**
 * A kind of task that a worker takes, by its name on {@code saddle.tasks}: which of this program's commands do it, one after the other,
 * and what of the last one's answer later steps may use. The parameters are those of {@code pipeline.schema.json}; most are the
 * commands' options.
 */
enum TaskKind {
    /** An import. */
    DATA {
        @Override
        List<ChildCommand> commands(JsonNode told, Path work) {
            return List.of(ChildCommand.aboutKafka(told, "data", "import")
                    .parameter(text(told, "source"))
                    .options("name", "size", "channels", "attributes", "filter", "background", "max-bad", "hold-out")
                    .flag(MUST_ANNOUNCE)
                    .flag(JSON));
        }

        @Override
        Map<String, String> outputs(JsonNode told, JsonNode answer) {
            return dataSet(answer);
        }
    },

    /** An encoding. */
    ENCODE {
        @Override
        List<ChildCommand> commands(JsonNode told, Path work) {
            ChildCommand encode = ChildCommand.aboutKafka(told, "data", "encode")
                    .parameter(text(told, "dataset"))
                    .options("autoencoder", "name", "element", "precision")
                    .flag(MUST_ANNOUNCE)
                    .flag(JSON);
            return List.of(told.path("means").asBoolean() ? encode.flag("means") : encode);
        }

        @Override
        Map<String, String> outputs(JsonNode told, JsonNode answer) {
            return dataSet(answer);
        }
    },

    /** A comparison of samples with a reference. */
    JUDGE {
        @Override
        List<ChildCommand> commands(JsonNode told, Path work) {
            String samples = samples(work);
            ChildCommand sample = ChildCommand.of(told, "sample")
                    .parameter(text(told, "run"))
                    .option("count", told.path("images").asText("1000"))
                    .options("step", "steps", "sampler", "seed")
                    .option("images", samples);
            ChildCommand compare = ChildCommand.of(told, "fid")
                    .parameter(samples)
                    .parameter(text(told, "reference"))
                    .options("features")
                    .flag(JSON);
            return List.of(sample, compare);
        }

        @Override
        Map<String, String> outputs(JsonNode told, JsonNode answer) {
            Map<String, String> outputs = new TreeMap<>();
            put(outputs, "frechet", answer.path("fid"));
            put(outputs, "network", answer.at("/a/features"));
            put(outputs, "kid", answer.at("/kid/value"));
            put(outputs, "precision", answer.at("/manifold/precision"));
            put(outputs, "recall", answer.at("/manifold/recall"));
            put(outputs, "floor", answer.at("/floor/fid"));
            return outputs;
        }

        @Override
        String message(JsonNode told, JsonNode answer, Path work) {
            return StreamSupport.stream(answer.path("notes").spliterator(), false)
                    .map(JsonNode::asText)
                    .collect(Collectors.joining("; "))
                    .replace(samples(work), text(told, "run"));
        }

        /** A folder of this task alone, which is gone with it. */
        private static String samples(Path work) {
            return work.resolve("samples").toString();
        }
    },

    /** An export. */
    EXPORT {
        @Override
        List<ChildCommand> commands(JsonNode told, Path work) {
            return List.of(ChildCommand.of(told, "export")
                    .parameter(text(told, "run"))
                    .options("step")
                    .option("out", made(told).toString()));
        }

        @Override
        Map<String, String> outputs(JsonNode told, JsonNode answer) {
            return Map.of("folder", text(told, "out"));
        }

        @Override
        Optional<Path> target(JsonNode told) {
            return Optional.of(Path.of(text(told, "out")));
        }
    };

    private static final String JSON = "json";
    /** Later steps name the data set to services, which know what was announced: a worker waits and tries again. */
    private static final String MUST_ANNOUNCE = "must-announce";

    /** The one of this name; empty if it is for other workers. */
    static Optional<TaskKind> of(String name) {
        return Stream.of(values()).filter(kind -> kind.title().equals(name)).findFirst();
    }

    /** Its name on the topic. */
    String title() {
        return name().toLowerCase(Locale.ROOT);
    }

    /**
     * What does it; the last command's standard output is the answer.
     *
     * @param told the task's parameters
     * @param work a folder for what is needed on the way
     */
    abstract List<ChildCommand> commands(JsonNode told, Path work);

    /** @param answer missing where the last command gives no JSON */
    abstract Map<String, String> outputs(JsonNode told, JsonNode answer);

    /**
     * What the outputs must be read with, for a person; empty if nothing.
     *
     * @param answer as for {@link #outputs}
     * @param work as for {@link #commands}
     */
    String message(JsonNode told, JsonNode answer, Path work) {
        return "";
    }

    /** The paths that a task names, those that it makes included. */
    List<String> paths(JsonNode told) {
        return PipelineParser.paths(title()).stream()
                .filter(told::has)
                .map(name -> text(told, name))
                .toList();
    }

    /** A folder that is to be there at the end, whole or not at all; empty if the commands see to that themselves. */
    Optional<Path> target(JsonNode told) {
        return Optional.empty();
    }

    /** The target before it is in its place. */
    Path made(JsonNode told) {
        return partial(told).resolve("model");
    }

    /** Where it is made, with what a command keeps beside it until it is whole: deleted before and after each attempt. */
    Path partial(JsonNode told) {
        Path target = target(told).orElseThrow();
        // Hidden: what somebody keeps beside it is not called so, and would be deleted.
        return target.resolveSibling("." + target.getFileName() + ".partial");
    }

    private static String text(JsonNode told, String key) {
        return told.path(key).asText();
    }

    private static Map<String, String> dataSet(JsonNode answer) {
        return Map.of(
                "dataset", text(answer, "name") + "@" + text(answer, "version"), "images", text(answer, "images"));
    }

    private static void put(Map<String, String> outputs, String name, JsonNode value) {
        if (value.isValueNode() && !value.isNull()) {
            outputs.put(name, value.asText());
        }
    }
}
