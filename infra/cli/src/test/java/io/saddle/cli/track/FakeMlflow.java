package io.saddle.cli.track;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * An MLflow tracking server in memory, as far as its REST API 2.0 is used here and as strict as its documentation says: limits of
 * log-batch, names, parameters that do not change, metrics that only grow.
 */
public final class FakeMlflow implements AutoCloseable {

    /** What becomes of a request to log-batch. */
    public enum Trouble {
        /** Nothing is done, and 503 answered. */
        AWAY,
        /** Half of it is done, and the connection ends without an answer. */
        BREAKS_HALFWAY,
        /** All of it is done, and 500 answered. */
        LIES
    }

    /** One run. */
    public static final class Run {
        public final Map<String, String> tags = new TreeMap<>();
        public final Map<String, String> params = new TreeMap<>();
        /** In the order in which they came: {@code key step@millis=value}. */
        public final List<String> metrics = new ArrayList<>();

        public String status = "RUNNING";
        public long endTime;
        private long startTime;
        private final Map<String, ObjectNode> newest = new TreeMap<>();
    }

    private static final ObjectMapper JSON = new ObjectMapper();
    private static final String NAME = "(?U)[/\\w.\\- ]+";
    private static final Pattern FILTER = Pattern.compile(
            "tags\\.`saddle\\.run` = '(?<run>[\\w.\\-]+)' AND attributes\\.start_time = (?<start>\\d+)");

    /** By name, with their runs by id. */
    public final Map<String, Map<String, Run>> experiments = new LinkedHashMap<>();

    public final List<String> authorizations = new ArrayList<>();
    public final Deque<Trouble> troubles = new ArrayDeque<>();
    /** Metrics and parameters of each request to log-batch. */
    public final List<Integer> batches = new ArrayList<>();

    private final HttpServer server;
    private String required;

    public FakeMlflow() throws IOException {
        server = HttpServer.create(new InetSocketAddress(InetAddress.getByName("127.0.0.1"), 0), 0);
        server.createContext("/", this::handle);
        server.start();
    }

    public String url() {
        return "http://127.0.0.1:" + server.getAddress().getPort();
    }

    /** Answers 401 without this header. */
    public void requireAuthorization(String value) {
        required = value;
    }

    /** The only run there is. */
    public synchronized Run run() {
        List<Run> all = experiments.values().stream()
                .flatMap(runs -> runs.values().stream())
                .toList();
        if (all.size() != 1) {
            throw new AssertionError(all.size() + " runs");
        }
        return all.get(0);
    }

    private synchronized void handle(HttpExchange exchange) throws IOException {
        String authorization = exchange.getRequestHeaders().getFirst("Authorization");
        authorizations.add(authorization);
        byte[] body = exchange.getRequestBody().readAllBytes();
        if (required != null && !required.equals(authorization)) {
            answer(exchange, 401, "You are not authenticated.".getBytes(StandardCharsets.UTF_8));
            return;
        }
        String path = exchange.getRequestURI().getPath().replace("/api/2.0/mlflow/", "");
        String query = exchange.getRequestURI().getQuery();
        String value =
                query == null ? "" : URLDecoder.decode(query.substring(query.indexOf('=') + 1), StandardCharsets.UTF_8);
        JsonNode json = body.length == 0 ? JSON.createObjectNode() : JSON.readTree(body);
        Trouble trouble = path.equals("runs/log-batch") ? troubles.poll() : null;
        try {
            if (trouble == Trouble.AWAY) {
                throw new Refused(503, "TEMPORARILY_UNAVAILABLE", "busy");
            } else if (trouble == Trouble.BREAKS_HALFWAY) {
                logBatch(json, json.path("metrics").size() / 2);
                exchange.close();
                return;
            }
            JsonNode answer = apply(exchange.getRequestMethod() + " " + path, value, json);
            if (trouble == Trouble.LIES) {
                throw new Refused(500, "INTERNAL_ERROR", "an answer was lost");
            }
            answer(exchange, 200, JSON.writeValueAsBytes(answer));
        } catch (Refused e) {
            answer(
                    exchange,
                    e.status,
                    JSON.writeValueAsBytes(
                            JSON.createObjectNode().put("error_code", e.code).put("message", e.getMessage())));
        }
    }

    private static void answer(HttpExchange exchange, int status, byte[] body) throws IOException {
        exchange.sendResponseHeaders(status, body.length);
        exchange.getResponseBody().write(body);
        exchange.close();
    }

    private JsonNode apply(String request, String value, JsonNode json) throws Refused {
        return switch (request) {
            case "GET experiments/get-by-name" -> {
                check(experiments.containsKey(value), 404, "RESOURCE_DOES_NOT_EXIST", "no experiment " + value);
                yield JSON.createObjectNode()
                        .set("experiment", JSON.createObjectNode().put("experiment_id", "id of " + value));
            }
            case "POST experiments/create" -> {
                experiments.put(json.path("name").asText(), new LinkedHashMap<>());
                yield JSON.createObjectNode()
                        .put("experiment_id", "id of " + json.path("name").asText());
            }
            case "POST runs/search" -> search(json);
            case "POST runs/create" -> create(json);
            case "GET runs/get" -> JSON.createObjectNode().set("run", described(value));
            case "POST runs/log-batch" -> logBatch(json, Integer.MAX_VALUE);
            case "POST runs/update" -> {
                Run run = byId(json.path("run_id").asText());
                run.status = json.path("status").asText();
                run.endTime = json.path("end_time").asLong();
                yield JSON.createObjectNode();
            }
            default -> throw new Refused(404, "ENDPOINT_NOT_FOUND", request);
        };
    }

    private Map<String, Run> runs(JsonNode experimentId) {
        return experiments.get(experimentId.asText().replace("id of ", ""));
    }

    private JsonNode search(JsonNode query) throws Refused {
        String filter = query.path("filter").asText();
        Matcher wanted = FILTER.matcher(filter);
        check(wanted.matches(), 400, "INVALID_PARAMETER_VALUE", "this fake knows no filter " + filter);
        ObjectNode answer = JSON.createObjectNode();
        ArrayNode found = answer.putArray("runs");
        for (Map.Entry<String, Run> run :
                runs(query.path("experiment_ids").path(0)).entrySet()) {
            if (wanted.group("run").equals(run.getValue().tags.get("saddle.run"))
                    && Long.parseLong(wanted.group("start")) == run.getValue().startTime) {
                found.add(described(run.getKey()));
            }
        }
        // An empty list is left out, as protobuf's JSON does.
        return found.isEmpty() ? JSON.createObjectNode() : answer;
    }

    private JsonNode create(JsonNode request) throws Refused {
        String id = "run" + experiments.values().stream().mapToInt(Map::size).sum();
        Run run = new Run();
        run.startTime = request.path("start_time").asLong();
        request.path("tags")
                .forEach(tag ->
                        run.tags.put(tag.path("key").asText(), tag.path("value").asText()));
        runs(request.path("experiment_id")).put(id, run);
        return JSON.createObjectNode().set("run", described(id));
    }

    private Run byId(String id) throws Refused {
        for (Map<String, Run> runs : experiments.values()) {
            if (runs.containsKey(id)) {
                return runs.get(id);
            }
        }
        throw new Refused(404, "RESOURCE_DOES_NOT_EXIST", "no run " + id);
    }

    private ObjectNode described(String id) throws Refused {
        Run run = byId(id);
        ObjectNode described = JSON.createObjectNode();
        described.putObject("info").put("run_id", id).put("status", run.status);
        ObjectNode data = described.putObject("data");
        ArrayNode metrics = data.putArray("metrics");
        run.newest.values().forEach(metrics::add);
        ArrayNode params = data.putArray("params");
        run.params.forEach((key, value) -> params.addObject().put("key", key).put("value", value));
        return described;
    }

    private JsonNode logBatch(JsonNode batch, int metrics) throws Refused {
        Run run = byId(batch.path("run_id").asText());
        int size = batch.path("metrics").size() + batch.path("params").size();
        batches.add(size);
        check(batch.path("metrics").size() <= 1000 && size <= 1000, 400, "INVALID_PARAMETER_VALUE", "too many metrics");
        check(batch.path("params").size() <= 100, 400, "INVALID_PARAMETER_VALUE", "too many params");
        for (JsonNode param : batch.path("params")) {
            String key = param.path("key").asText();
            String value = param.path("value").asText();
            check(key.matches(NAME) && key.length() <= 250, 400, "INVALID_PARAMETER_VALUE", "param " + key);
            check(value.length() <= 500, 400, "INVALID_PARAMETER_VALUE", "value of " + key);
            String known = run.params.putIfAbsent(key, value);
            check(known == null || known.equals(value), 400, "INVALID_PARAMETER_VALUE", "changing param " + key);
        }
        int done = 0;
        for (JsonNode metric : batch.path("metrics")) {
            if (done++ < metrics) {
                log(run, (ObjectNode) metric);
            }
        }
        batch.path("tags")
                .forEach(tag ->
                        run.tags.put(tag.path("key").asText(), tag.path("value").asText()));
        return JSON.createObjectNode();
    }

    private static void log(Run run, ObjectNode metric) throws Refused {
        String key = metric.path("key").asText();
        check(key.matches(NAME) && key.length() <= 250, 400, "INVALID_PARAMETER_VALUE", "metric " + key);
        check(
                metric.path("value").isNumber()
                        || List.of("NaN", "Infinity", "-Infinity")
                                .contains(metric.path("value").asText()),
                400,
                "INVALID_PARAMETER_VALUE",
                "value of " + key);
        run.metrics.add(key + " " + metric.path("step") + "@" + metric.path("timestamp") + "="
                + metric.path("value").asText());
        ObjectNode known = run.newest.get(key);
        if (known == null || at(known).compareTo(at(metric)) < 0) {
            run.newest.put(key, metric);
        }
    }

    private static ReadPosition at(JsonNode metric) {
        return new ReadPosition(
                metric.path("step").asLong(), metric.path("timestamp").asLong());
    }

    private static void check(boolean holds, int status, String code, String message) throws Refused {
        if (!holds) {
            throw new Refused(status, code, message);
        }
    }

    private static final class Refused extends Exception {
        private static final long serialVersionUID = 1L;
        private final int status;
        private final String code;

        Refused(int status, String code, String message) {
            super(message);
            this.status = status;
            this.code = code;
        }
    }

    @Override
    public void close() {
        server.stop(0);
    }
}
