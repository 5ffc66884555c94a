package io.saddle.cli.pipeline;

import static io.saddle.cli.connection.Address.encoded;

import com.fasterxml.jackson.databind.JsonNode;
import io.saddle.cli.connection.ConsoleClient;
import java.nio.file.Path;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** What is asked of the console about pipelines and their executions. */
public record PipelineClient(ConsoleClient console) {

    private static final String PIPELINES = "/api/pipelines";
    private static final String EXECUTIONS = "/api/executions/";

    /**
     * Keeps a definition as its pipeline's next revision.
     *
     * @param folder that relative paths are relative to
     * @return what the console answers, with {@code name} and {@code revision}
     */
    public JsonNode define(String yaml, Path folder) {
        return console.post(PIPELINES, yaml, folder);
    }

    /** Looks for mistakes in a definition alone; the answer has its {@code name} and {@code steps}. */
    JsonNode check(String yaml, Path folder) {
        return console.post(PIPELINES + "/check", yaml, folder);
    }

    JsonNode all() {
        return console.get(PIPELINES);
    }

    /** A pipeline with its revisions and executions. */
    JsonNode pipeline(String name) {
        return console.get(PIPELINES + "/" + encoded(name));
    }

    /**
     * Starts an execution.
     *
     * @param revision of the pipeline; null: the newest
     * @param after an execution of another pipeline, with whose outputs; null: none
     */
    public JsonNode start(String name, Integer revision, String after) {
        String which = Stream.of(
                        revision == null ? "" : "revision=" + revision, after == null ? "" : "after=" + encoded(after))
                .filter(part -> !part.isEmpty())
                .collect(Collectors.joining("&", "?", ""));
        return console.post(PIPELINES + "/" + encoded(name) + "/executions" + which);
    }

    /** An execution with its steps. */
    public JsonNode execution(String id) {
        return console.get(EXECUTIONS + encoded(id));
    }

    /** @param action pause, resume, stop or retry */
    void change(String id, String action) {
        console.post(EXECUTIONS + encoded(id) + "/" + action);
    }

    /** @param decision with {@code approved} and, where there is one, a {@code reason} */
    void decide(String execution, String step, JsonNode decision) {
        console.send("POST", EXECUTIONS + encoded(execution) + "/steps/" + encoded(step) + "/decision", decision);
    }
}
