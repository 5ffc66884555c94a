package io.saddle.cli.connection;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import io.saddle.cli.terminal.CommandException;
import io.saddle.cli.terminal.ExitCode;
import io.saddle.cli.terminal.Version;
import io.saddle.stack.LocalSettings;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpConnectTimeoutException;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.net.http.HttpTimeoutException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** The console's REST, with what is asked of runs; a problem that it reports becomes a {@link CommandException}. */
public final class ConsoleClient {

    /** The console itself waits half a minute for Kafka, and then says what is to be done. */
    private static final Duration PATIENCE = Duration.ofSeconds(90);
    /** Out of a bucket the console fetches a model whole before it answers. */
    private static final Duration MODEL_PATIENCE = Duration.ofMinutes(10);

    private static final int MOST_PROBLEM_BYTES = 1 << 16;
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final String AGENT = "saddle/" + Version.current();
    private static final String BY = "Saddle-By";
    private static final String REASON = "Saddle-Reason";
    private static final String RUNS = "/api/runs";

    private final String url;
    private final ConsoleLogin login;
    private final String reason;
    private final Duration patience;
    private final HttpClient client = HttpClient.newBuilder()
            .version(HttpClient.Version.HTTP_1_1)
            .connectTimeout(Duration.ofSeconds(5))
            .build();

    /** A client that proves who it is by what the environment has for that. */
    public ConsoleClient(String url) {
        this(url, ConsoleLogin.from(System.getenv()));
    }

    /** A client of a local stack's console; where that one is secured, whoever can read its operator's password is the operator. */
    public ConsoleClient(LocalSettings stack) {
        this(stack.consoleUrl(), ConsoleLogin.from(System.getenv()).or(() -> ConsoleLogin.operatorOf(stack)));
    }

    ConsoleClient(String url, ConsoleLogin login) {
        this(url, login, null, PATIENCE);
    }

    /** @param patience with answers for which the console fetches nothing */
    ConsoleClient(String url, ConsoleLogin login, String reason, Duration patience) {
        this.patience = patience;
        this.url = Address.checked("--console", url).replaceAll("/+$", "");
        this.login = login;
        this.reason = reason;
    }

    public String url() {
        return url;
    }

    /** Whom the console takes the asker for: {@code name}, {@code operator}. */
    public JsonNode me() {
        return json(request("/api/me"));
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

    /** Something that a person has written, which may name a model. */
    private static HttpRequest.Builder written(HttpRequest.Builder request, Path folder) {
        request.timeout(MODEL_PATIENCE);
        if (folder != null) {
            request.header("Saddle-Folder", encoded(folder.toString()));
        }
        return request.header("Content-Type", "application/yaml");
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
    public InputStream model(String id, String model) {
        HttpRequest get = request(RUNS + "/" + encoded(id) + "/models/" + encoded(model) + ".zip")
                .header("Accept", "application/zip, application/problem+json")
                .timeout(MODEL_PATIENCE)
                .build();
        HttpResponse<InputStream> answer = send(get, BodyHandlers.ofInputStream());
        if (answer.statusCode() == 200) {
            return answer.body();
        }
        throw problem(answer);
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

    /** What the deletion of a run would take: {@code bytes}, {@code objects}, {@code usedBy}, {@code mentionedBy}. */
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
        HttpRequest.Builder request =
                written(request(constraintsOf(run)), folder).setHeader(BY, encoded(by));
        if (reason != null) {
            request.setHeader(REASON, encoded(reason));
        }
        return json(request.POST(BodyPublishers.ofString(yaml)));
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
        HttpRequest get = request(RUNS + "/" + encoded(id) + "/events")
                .header("Accept", "text/event-stream")
                .build();
        HttpResponse<InputStream> answer = send(get, BodyHandlers.ofInputStream());
        if (answer.statusCode() != 200) {
            throw problem(answer);
        }
        return EndlessLines.of(answer.body(), silence);
    }

    /** The answer to a question. */
    public JsonNode get(String path) {
        return json(request(path));
    }

    /** The answer to a request without a body. */
    public JsonNode post(String path) {
        return json(request(path).POST(BodyPublishers.noBody()));
    }

    /** The answer to something that a person has written, in YAML. */
    public JsonNode post(String path, String yaml, Path folder) {
        return json(written(request(path), folder).POST(BodyPublishers.ofString(yaml)));
    }

    /** @param method POST, PUT or PATCH */
    public JsonNode send(String method, String path, JsonNode body) {
        return json(request(path)
                .header("Content-Type", "application/json")
                .method(method, BodyPublishers.ofString(body.toString())));
    }

    public JsonNode delete(String path) {
        return json(request(path).DELETE());
    }

    /** A name as a part of a path or of a query. */
    public static String encoded(String name) {
        return URLEncoder.encode(name, StandardCharsets.UTF_8).replace("+", "%20");
    }

    private HttpRequest.Builder request(String path) {
        HttpRequest.Builder request =
                HttpRequest.newBuilder(URI.create(url + path)).timeout(patience);
        login.header().ifPresent(value -> request.header("Authorization", value));
        request.header("User-Agent", AGENT).header(BY, encoded(System.getProperty("user.name", "")));
        if (reason != null) {
            request.header(REASON, encoded(reason));
        }
        return request;
    }

    /** The same console, whose changes are for a reason; null: for none that is said. */
    ConsoleClient because(String why) {
        return new ConsoleClient(url, login, why, patience);
    }

    private JsonNode json(HttpRequest.Builder request) {
        HttpResponse<String> answer = send(
                request.header("Accept", "application/json, application/problem+json")
                        .build(),
                BodyHandlers.ofString());
        if (answer.statusCode() / 100 != 2) {
            throw problem(answer.statusCode(), answer.body());
        }
        try {
            return JSON.readTree(answer.body());
        } catch (JsonProcessingException e) {
            throw new CommandException(ExitCode.FAILED, url + " did not answer in JSON: " + e.getOriginalMessage());
        }
    }

    private <T> HttpResponse<T> send(HttpRequest request, HttpResponse.BodyHandler<T> body) {
        try {
            return client.send(request, body);
        } catch (HttpConnectTimeoutException e) {
            throw new CommandException(
                    ExitCode.UNREACHABLE,
                    "the console cannot be reached at " + url + ": it is not there, or the network is not");
        } catch (HttpTimeoutException e) {
            throw new CommandException(
                    ExitCode.UNREACHABLE,
                    "the console at " + url + " has not answered within "
                            + request.timeout().orElseThrow().toSeconds() + " s"
                            + (request.method().equals("GET")
                                    ? ""
                                    : "; what was asked for may be done all the same: look before you repeat it"));
        } catch (IOException e) {
            throw new CommandException(
                    ExitCode.UNREACHABLE,
                    "the console does not answer at " + url
                            + ": './saddle up' starts it, './saddle status' shows its log");
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new CommandException(ExitCode.FAILED, "interrupted");
        }
    }

    private static CommandException notKnown() {
        return new CommandException(
                ExitCode.FAILED,
                "the console wants to know who you are: set SADDLE_CONSOLE_TOKEN, or SADDLE_CONSOLE_USER and"
                        + " SADDLE_CONSOLE_PASSWORD; what is set now it does not take");
    }

    private static CommandException problem(HttpResponse<InputStream> answer) {
        try (InputStream body = answer.body()) {
            return problem(
                    answer.statusCode(), new String(body.readNBytes(MOST_PROBLEM_BYTES), StandardCharsets.UTF_8));
        } catch (IOException e) {
            return problem(answer.statusCode(), "");
        }
    }

    /** 4xx about what was sent is invalid input, anything else failed work; each problem stands on its line. */
    private static CommandException problem(int status, String body) {
        if (status == 401 || status == 302) {
            return notKnown();
        }
        if (status == 403 && body.isBlank()) {
            return new CommandException(ExitCode.FAILED, "only an operator may do that");
        }
        int code =
                switch (status) {
                    case 400, 404, 415, 422 -> ExitCode.INVALID_INPUT;
                    case 502, 503, 504 -> ExitCode.UNREACHABLE;
                    default -> ExitCode.FAILED;
                };
        return new CommandException(code, ConsoleProblem.parse(status, body).text());
    }
}
