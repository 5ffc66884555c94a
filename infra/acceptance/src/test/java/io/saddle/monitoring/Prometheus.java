package io.saddle.monitoring;

import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.saddle.stack.Ports;
import io.saddle.tool.Tool;
import java.io.IOException;
import java.net.ConnectException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** A real Prometheus with the project's configuration, and promtool. */
final class Prometheus implements AutoCloseable {

    private static final String SCRAPING = "what Prometheus scrapes";
    private static final Tool SERVER = new Tool("prometheus", "usr/bin/prometheus", SCRAPING);
    private static final Tool PROMTOOL = new Tool("promtool", "usr/bin/promtool", SCRAPING);
    private static final ObjectMapper JSON = new ObjectMapper();

    private final HttpClient http =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
    private final Process process;
    private final int port;

    private Prometheus(Process process, int port) {
        this.process = process;
        this.port = port;
    }

    /** Why there is none here; empty if there is. */
    static Optional<String> missing() {
        return SERVER.missing().or(PROMTOOL::missing);
    }

    /** Runs promtool in a folder and returns what it says; fails with that if it is not content. */
    static String promtool(Path folder, String... arguments) throws IOException, InterruptedException {
        List<String> command = new ArrayList<>(List.of(PROMTOOL.path()));
        command.addAll(List.of(arguments));
        Process tool = new ProcessBuilder(command)
                .directory(folder.toFile())
                .redirectErrorStream(true)
                .start();
        String said = new String(tool.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        if (tool.waitFor() != 0) {
            throw new AssertionError("promtool " + String.join(" ", arguments) + ":\n" + said);
        }
        return said;
    }

    /**
     * Returns when it answers.
     *
     * @param folder has prometheus.yml; data and log go there too
     */
    static Prometheus start(Path folder) throws IOException {
        int port = Ports.free(1).get(0);
        Process process = new ProcessBuilder(
                        SERVER.path(),
                        "--config.file=" + folder.resolve("prometheus.yml"),
                        "--storage.tsdb.path=" + folder.resolve("data"),
                        "--web.listen-address=127.0.0.1:" + port)
                .redirectErrorStream(true)
                .redirectOutput(folder.resolve("prometheus.log").toFile())
                .start();
        Prometheus prometheus = new Prometheus(process, port);
        try {
            await("Prometheus")
                    .atMost(Duration.ofMinutes(1))
                    .ignoreExceptionsInstanceOf(ConnectException.class)
                    .failFast("Prometheus has ended: " + folder.resolve("prometheus.log"), () -> !process.isAlive())
                    .until(() -> prometheus.answer("/-/ready").statusCode() == 200);
            return prometheus;
        } catch (RuntimeException e) {
            prometheus.close();
            throw e;
        }
    }

    /** The result of an instant query; fails with what Prometheus has against it. */
    JsonNode query(String expression) throws IOException, InterruptedException {
        JsonNode answer = get("query?query=" + URLEncoder.encode(expression, StandardCharsets.UTF_8));
        if (!answer.path("status").asText().equals("success")) {
            throw new AssertionError(expression + ": " + answer);
        }
        return answer.path("data").path("result");
    }

    /** The names of all metrics that were scraped. */
    List<String> metrics() throws IOException, InterruptedException {
        List<String> names = new ArrayList<>();
        get("label/__name__/values").path("data").forEach(name -> names.add(name.asText()));
        return names;
    }

    private JsonNode get(String path) throws IOException, InterruptedException {
        return JSON.readTree(answer("/api/v1/" + path).body());
    }

    private HttpResponse<String> answer(String path) throws IOException, InterruptedException {
        return http.send(
                HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + path))
                        .build(),
                BodyHandlers.ofString());
    }

    @Override
    public void close() {
        process.destroy();
        process.onExit().join();
    }
}
