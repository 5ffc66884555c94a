package io.saddle.cli.track;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.saddle.schema.TrainingRun;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The run of an experiment that stands for a run of saddle's: the one with its id in the tag {@value #RUN_TAG} that started when it
 * was submitted, since the runs of two clusters may have one name.
 */
record MlflowRun(MlflowServer server, String experimentId, String id) {

    static final String RUN_TAG = "saddle.run";
    static final String PHASE_TAG = "saddle.phase";

    /** The most that log-batch takes at once. */
    static final int METRICS_AT_ONCE = 1000;

    static final int PARAMS_AT_ONCE = 100;

    private static final JsonNodeFactory JSON = JsonNodeFactory.instance;
    private static final String MISSING = "RESOURCE_DOES_NOT_EXIST";
    private static final String THERE_ALREADY = "RESOURCE_ALREADY_EXISTS";

    /** Finds it, or makes it, and the experiment too. */
    static MlflowRun open(MlflowServer server, String experiment, TrainingRun run) throws IOException, MlflowException {
        String experimentId = experiment(server, experiment);
        Optional<String> known = find(server, experimentId, run);
        return new MlflowRun(server, experimentId, known.isPresent() ? known.get() : create(server, experimentId, run));
    }

    private static String experiment(MlflowServer server, String name) throws IOException, MlflowException {
        try {
            return experimentNamed(server, name);
        } catch (MlflowException e) {
            if (!e.is(MISSING)) {
                throw e;
            }
        }
        try {
            return server.post("experiments/create", JSON.objectNode().put("name", name))
                    .path("experiment_id")
                    .asText();
        } catch (MlflowException e) {
            if (!e.is(THERE_ALREADY)) {
                throw e;
            }
            return experimentNamed(server, name);
        }
    }

    private static String experimentNamed(MlflowServer server, String name) throws IOException, MlflowException {
        return server.get("experiments/get-by-name", "experiment_name", name)
                .path("experiment")
                .path("experiment_id")
                .asText();
    }

    private static Optional<String> find(MlflowServer server, String experimentId, TrainingRun run)
            throws IOException, MlflowException {
        ObjectNode query = JSON.objectNode();
        query.putArray("experiment_ids").add(experimentId);
        query.put(
                "filter",
                "tags.`" + RUN_TAG + "` = '" + run.getRunId() + "' AND attributes.start_time = "
                        + run.getSubmittedAt().toEpochMilli());
        query.put("run_view_type", "ACTIVE_ONLY");
        query.put("max_results", 1);
        JsonNode first = server.post("runs/search", query).path("runs").path(0);
        return Optional.of(first.path("info").path("run_id").asText()).filter(found -> !found.isEmpty());
    }

    private static String create(MlflowServer server, String experimentId, TrainingRun run)
            throws IOException, MlflowException {
        ObjectNode request = JSON.objectNode();
        request.put("experiment_id", experimentId);
        request.put("run_name", run.getRunId());
        request.put("start_time", run.getSubmittedAt().toEpochMilli());
        ArrayNode tags = request.putArray("tags");
        tags.add(pair(RUN_TAG, run.getRunId()));
        tags.add(pair("mlflow.runName", run.getRunId()));
        tags.add(pair("mlflow.source.name", "saddle"));
        return server.post("runs/create", request)
                .path("run")
                .path("info")
                .path("run_id")
                .asText();
    }

    /** The newest point of each metric. */
    Written written() throws IOException, MlflowException {
        Written written = new Written();
        data().path("metrics")
                .forEach(metric -> written.add(
                        metric.path("key").asText(),
                        new ReadPosition(
                                metric.path("step").asLong(),
                                metric.path("timestamp").asLong())));
        return written;
    }

    /** Logs those that are not there: a parameter of MLflow's cannot be changed. */
    void logParams(Map<String, String> params) throws IOException, MlflowException {
        List<String> known = data().path("params").findValuesAsText("key");
        List<Map.Entry<String, String>> missing = params.entrySet().stream()
                .filter(param -> !known.contains(param.getKey()))
                .toList();
        for (int from = 0; from < missing.size(); from += PARAMS_AT_ONCE) {
            ObjectNode batch = batch();
            ArrayNode list = batch.putArray("params");
            missing.subList(from, Math.min(missing.size(), from + PARAMS_AT_ONCE))
                    .forEach(param -> list.add(pair(param.getKey(), param.getValue())));
            server.post("runs/log-batch", batch);
        }
    }

    /** @param scalars at most {@value #METRICS_AT_ONCE} */
    void logMetrics(List<Scalar> scalars) throws IOException, MlflowException {
        ObjectNode batch = batch();
        ArrayNode list = batch.putArray("metrics");
        for (Scalar scalar : scalars) {
            ObjectNode metric = list.addObject();
            metric.put("key", scalar.tag());
            if (Double.isFinite(scalar.value())) {
                metric.put("value", scalar.value());
            } else {
                // JSON has no such numbers; the protobuf mapping of MLflow's API has these words for them.
                metric.put("value", Double.toString(scalar.value()));
            }
            metric.put("timestamp", scalar.at().millis());
            metric.put("step", scalar.at().step());
        }
        server.post("runs/log-batch", batch);
    }

    /** @param status RUNNING, FINISHED, FAILED or KILLED */
    void end(String phase, String status, long millis) throws IOException, MlflowException {
        ObjectNode batch = batch();
        batch.putArray("tags").add(pair(PHASE_TAG, phase));
        server.post("runs/log-batch", batch);
        server.post(
                "runs/update",
                JSON.objectNode().put("run_id", id).put("status", status).put("end_time", millis));
    }

    /** The page that shows it. */
    String page() {
        return server.url() + "/#/experiments/" + experimentId + "/runs/" + id;
    }

    private JsonNode data() throws IOException, MlflowException {
        return server.get("runs/get", "run_id", id).path("run").path("data");
    }

    private ObjectNode batch() {
        return JSON.objectNode().put("run_id", id);
    }

    private static ObjectNode pair(String key, String value) {
        return JSON.objectNode().put("key", key).put("value", value);
    }
}
