package io.saddle.cli.connection;

import static io.saddle.cli.connection.Address.encoded;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import io.saddle.cli.terminal.CommandException;
import io.saddle.cli.terminal.ExitCode;
import io.saddle.stack.LocalSettings;
import java.io.InputStream;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** What is asked of the console about runs, and its REST for whoever asks about the rest; errors are {@link CommandException}s. */
public final class ConsoleClient {

    private static final String RUNS = "/api/runs";

    private final ConsoleHttp http;

    /** A client that proves who it is by what the environment has for that. */
    public ConsoleClient(String url) {
        this(new ConsoleHttp(url, () -> ConsoleLogin.from(System.getenv())));
    }

    /** A client of a local stack's console; where that one is secured, whoever can read its users' passwords is the one whom the environment names, else the operator. */
    public ConsoleClient(LocalSettings stack) {
        this(new ConsoleHttp(
                stack.consoleUrl(),
                () -> ConsoleLogin.from(System.getenv()).or(() -> ConsoleLogin.userOf(stack, System.getenv()))));
    }

    ConsoleClient(ConsoleHttp http) {
        this.http = http;
    }

    /** The same console, whose answers are waited for so long and no longer. */
    public ConsoleClient within(Duration patience) {
        return new ConsoleClient(http.within(patience));
    }

    /** The same console, whose changes are for a reason; null: for none that is said. */
    ConsoleClient because(String why) {
        return new ConsoleClient(http.because(why));
    }

    public String url() {
        return http.url();
    }

    /** Whom the console takes the asker for: {@code name}, {@code operator}. */
    public JsonNode me() {
        return get("/api/me");
    }

    /** @return what the console answers, with {@code runId} */
    public JsonNode submit(String yaml) {
        return submit(yaml, null);
    }

    /**
     * @param folder that relative paths are relative to; null: there are none
     * @return what the console answers, with {@code runId}
     */
    public JsonNode submit(String yaml, Path folder) {
        return post(RUNS, yaml, folder);
    }

    public JsonNode runs() {
        return runs(Map.of());
    }

    /**
     * The runs that a query asks for.
     *
     * @param query values by parameter: phase, label, text, since, until, lifecycle, order, limit, offset
     */
    public JsonNode runs(Map<String, List<String>> query) {
        String parameters = query.entrySet().stream()
                .flatMap(parameter ->
                        parameter.getValue().stream().map(value -> parameter.getKey() + "=" + encoded(value)))
                .collect(Collectors.joining("&"));
        return get(RUNS + (parameters.isEmpty() ? "" : "?" + parameters));
    }

    /** The facts of a run: {@code phase}, {@code step}, ... */
    public JsonNode run(String id) {
        return get(RUNS + "/" + encoded(id));
    }

    /** As {@link #run}; empty if there is no such run. */
    public Optional<JsonNode> find(String id) {
        return http.found(http.request(RUNS + "/" + encoded(id)));
    }

    /** What happened to a run, the newest last: {@code at}, {@code kind}, {@code text}, {@code more}, ... */
    public JsonNode timeline(String id) {
        return get(RUNS + "/" + encoded(id) + "/history/timeline");
    }

    /** The slots of a run: {@code slots}, its newest {@code round}, {@code sums}. */
    public JsonNode slots(String id) {
        return get(RUNS + "/" + encoded(id) + "/slots");
    }

    /**
     * Primal steps of the run's judged models, the best first.
     *
     * @throws CommandException if the console does not know them yet
     */
    public List<Long> judgedSteps(String id) {
        JsonNode judged = run(id).path("judgedModels");
        if (judged.isNull()) {
            throw new CommandException(
                    ExitCode.UNREACHABLE,
                    "the console has just started and still reads how the models of run '" + id
                            + "' were judged; ask again in a while, or name one by its step");
        }
        List<Long> steps = new ArrayList<>();
        judged.forEach(model -> steps.add(model.path("step").asLong()));
        return steps;
    }

    /**
     * A model of a run as ZIP; the stream must be closed.
     *
     * @param model best, newest, or primal steps
     */
    public InputStream model(String id, String model, boolean withAutoencoder) {
        return http.stream(http.request(RUNS + "/" + encoded(id) + "/models/" + encoded(model) + ".zip"
                        + (withAutoencoder ? "" : "?autoencoder=false"))
                .header("Accept", "application/zip, application/problem+json")
                .timeout(ConsoleHttp.MODEL_PATIENCE));
    }

    /** @param action pause, resume, stop, archive or unarchive */
    public JsonNode change(String id, String action) {
        return post(RUNS + "/" + encoded(id) + "/" + action);
    }

    /** @param priority the higher, the sooner a run that waits gets a trainer */
    public JsonNode prioritize(String id, int priority) {
        return send(
                "PATCH",
                RUNS + "/" + encoded(id) + "/priority",
                JsonNodeFactory.instance.objectNode().put("priority", priority));
    }

    /** @param changes values by key; null takes a label away */
    public JsonNode label(String id, JsonNode changes) {
        return send("PATCH", RUNS + "/" + encoded(id) + "/labels", changes);
    }

    /** What the deletion of a run would take: {@code bytes}, {@code objects}, {@code usedBy}, {@code mentionedBy}, {@code othersFiles}. */
    public JsonNode deletion(String id) {
        return get(RUNS + "/" + encoded(id) + "/deletion");
    }

    /** @param withHistory whether its records go too */
    public JsonNode delete(String id, boolean withHistory) {
        return delete(RUNS + "/" + encoded(id) + (withHistory ? "?history=true" : ""));
    }

    /** A run's constraints with their state and figures. */
    public JsonNode constraints(String run) {
        return get(constraintsOf(run));
    }

    /**
     * @param yaml one constraint, in the words of a run specification
     * @param folder that relative paths are relative to
     */
    public JsonNode addConstraint(String run, String yaml, Path folder, String by, String reason) {
        HttpRequest.Builder request = http.written(constraintsOf(run), folder).setHeader(ConsoleHttp.BY, encoded(by));
        if (reason != null) {
            request.setHeader(ConsoleHttp.REASON, encoded(reason));
        }
        return http.json(request.POST(BodyPublishers.ofString(yaml)));
    }

    /** @param action threshold, shadow, promote or retire */
    public JsonNode changeConstraint(String run, String id, String action, JsonNode body) {
        return send("POST", constraintsOf(run) + "/" + encoded(id) + "/" + action, body);
    }

    private static String constraintsOf(String run) {
        return RUNS + "/" + encoded(run) + "/constraints";
    }

    /** The evaluators that announce themselves. */
    public JsonNode evaluators() {
        return get("/api/evaluators");
    }

    /** Whoever announces itself: evaluators, trainers, judges of samples. */
    public JsonNode announced() {
        return get("/api/evaluators?all=true");
    }

    /** @param revision the run's revision that the change is for; null: whichever is newest */
    public JsonNode setDual(String run, JsonNode changes, Integer revision) {
        return send(
                "PATCH",
                RUNS + "/" + encoded(run) + "/dual" + (revision == null ? "" : "?revision=" + revision),
                changes);
    }

    /**
     * The run's events as they come; the stream must be closed.
     *
     * @param silence after which the stream counts as broken off: where a router has forgotten the connection nobody says so
     */
    public Stream<String> events(String id, Duration silence) {
        return EndlessLines.of(
                http.stream(http.request(RUNS + "/" + encoded(id) + "/events").header("Accept", "text/event-stream")),
                silence);
    }

    /** The answer to a question. */
    public JsonNode get(String path) {
        return http.json(http.request(path));
    }

    /** The answer to a request without a body. */
    public JsonNode post(String path) {
        return http.json(http.request(path).POST(BodyPublishers.noBody()));
    }

    /** The answer to something that a person has written, in YAML. */
    public JsonNode post(String path, String yaml, Path folder) {
        return http.json(http.written(path, folder).POST(BodyPublishers.ofString(yaml)));
    }

    /** @param method POST, PUT or PATCH */
    public JsonNode send(String method, String path, JsonNode body) {
        return http.json(http.request(path)
                .header("Content-Type", "application/json")
                .method(method, BodyPublishers.ofString(body.toString())));
    }

    public JsonNode delete(String path) {
        return http.json(http.request(path).DELETE());
    }
}
