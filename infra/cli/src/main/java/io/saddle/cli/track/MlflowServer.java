package io.saddle.cli.track;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.saddle.cli.terminal.CommandException;
import io.saddle.cli.terminal.ExitCode;
import java.io.IOException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Base64;
import java.util.Map;

/** MLflow's REST API 2.0, with the credentials that MLflow's own clients take from the environment. */
final class MlflowServer {

    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final int SHOWN = 300;
    private static final ObjectMapper JSON = new ObjectMapper();

    private final String url;
    private final String authorization;
    private final HttpClient client = HttpClient.newBuilder()
            .version(HttpClient.Version.HTTP_1_1)
            .followRedirects(HttpClient.Redirect.NORMAL)
            .connectTimeout(Duration.ofSeconds(5))
            .build();

    /**
     * @param environment MLFLOW_TRACKING_USERNAME and MLFLOW_TRACKING_PASSWORD, or else MLFLOW_TRACKING_TOKEN, or none
     * @throws CommandException if {@code url} is none, or a token is of more than one line
     */
    MlflowServer(String url, Map<String, String> environment) {
        this.url = checked(url).replaceAll("/+$", "");
        this.authorization = authorization(environment);
    }

    private static String checked(String url) {
        URI uri;
        try {
            uri = URI.create(url);
        } catch (IllegalArgumentException e) {
            // The message would show the whole of it.
            throw new CommandException(ExitCode.INVALID_INPUT, "--mlflow: not a URL");
        }
        if (uri.getRawUserInfo() != null) {
            throw new CommandException(
                    ExitCode.INVALID_INPUT,
                    "--mlflow: the URL must not hold credentials; set MLFLOW_TRACKING_USERNAME and"
                            + " MLFLOW_TRACKING_PASSWORD, or MLFLOW_TRACKING_TOKEN");
        }
        if (uri.getHost() == null || !("http".equals(uri.getScheme()) || "https".equals(uri.getScheme()))) {
            throw new CommandException(
                    ExitCode.INVALID_INPUT, "--mlflow: must be the http:// or https:// URL of a server, was " + url);
        }
        return url;
    }

    private static String authorization(Map<String, String> environment) {
        String user = environment.getOrDefault("MLFLOW_TRACKING_USERNAME", "");
        String password = environment.getOrDefault("MLFLOW_TRACKING_PASSWORD", "");
        // A secret out of a file may end with a line's end.
        String token = environment.getOrDefault("MLFLOW_TRACKING_TOKEN", "").strip();
        if (token.chars().anyMatch(Character::isISOControl)) {
            // The client's message would show it.
            throw new CommandException(ExitCode.INVALID_INPUT, "MLFLOW_TRACKING_TOKEN: must be one line");
        }
        if (!user.isEmpty() && !password.isEmpty()) {
            byte[] both = (user + ":" + password).getBytes(StandardCharsets.UTF_8);
            return "Basic " + Base64.getEncoder().encodeToString(both);
        }
        return token.isEmpty() ? null : "Bearer " + token;
    }

    /** The address, without credentials. */
    String url() {
        return url;
    }

    /** @param path behind /api/2.0/mlflow/ */
    JsonNode get(String path, String parameter, String value) throws IOException, MlflowException {
        return send(request(path + "?" + parameter + "=" + URLEncoder.encode(value, StandardCharsets.UTF_8)));
    }

    /** @param path behind /api/2.0/mlflow/ */
    JsonNode post(String path, JsonNode body) throws IOException, MlflowException {
        return send(request(path)
                .header("Content-Type", "application/json")
                .POST(BodyPublishers.ofString(body.toString())));
    }

    private HttpRequest.Builder request(String path) {
        return HttpRequest.newBuilder(URI.create(url + "/api/2.0/mlflow/" + path))
                .timeout(PATIENCE);
    }

    private JsonNode send(HttpRequest.Builder request) throws IOException, MlflowException {
        if (authorization != null) {
            request.header("Authorization", authorization);
        }
        HttpResponse<String> answer;
        try {
            answer = client.send(request.build(), BodyHandlers.ofString());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new CommandException(ExitCode.FAILED, "interrupted");
        }
        JsonNode json = json(answer.body());
        if (answer.statusCode() / 100 == 2 && json != null) {
            return json;
        }
        String code = json == null ? "" : json.path("error_code").asText();
        String message = json == null ? "it does not speak MLflow's REST API" : code + ": " + shortened(json);
        throw new MlflowException(answer.statusCode(), code, "HTTP " + answer.statusCode() + ", " + message);
    }

    /** Null where it is none. */
    private static JsonNode json(String body) {
        try {
            JsonNode json = JSON.readTree(body);
            return json.isObject() ? json : null;
        } catch (JsonProcessingException e) {
            return null;
        }
    }

    private static String shortened(JsonNode error) {
        String line = error.path("message").asText().strip().replaceAll("\\s+", " ");
        return line.length() <= SHOWN ? line : line.substring(0, SHOWN) + "...";
    }
}
