package io.saddle.console;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.JsonNode;
import io.quarkus.test.junit.QuarkusTest;
import io.quarkus.test.junit.QuarkusTestProfile;
import io.quarkus.test.junit.TestProfile;
import io.saddle.schema.ConstraintDefinition;
import io.saddle.schema.TrainingRun;
import io.saddle.topic.Topics;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The console where people have to say who they are, by passwords. */
@QuarkusTest
@TestProfile(PasswordsTest.WithPasswords.class)
class PasswordsTest extends ConsoleTest {

    private static final String OPERATOR = "operator:changes everything";
    private static final String VIEWER = "viewer:looks at everything";
    private static final int SUBMISSIONS_AT_ONCE = 4;
    private static final int STREAMS = 3;
    /** Of this machine too, and not the one that the other tests come from. */
    private static final String ANOTHER_ADDRESS = "127.0.0.2";

    public static class WithPasswords implements QuarkusTestProfile {
        @Override
        public Map<String, String> getConfigOverrides() {
            String limit = "quarkus.fault-tolerance.\"io.saddle.console.RunCommands/submit\".rate-limit.";
            return Map.of(
                    "saddle.console.operator-password",
                    OPERATOR.split(":")[1],
                    "saddle.console.viewer-password",
                    VIEWER.split(":")[1],
                    "saddle.console.streams-per-client",
                    String.valueOf(STREAMS),
                    limit + "value",
                    String.valueOf(SUBMISSIONS_AT_ONCE),
                    limit + "window",
                    "5",
                    limit + "window-unit",
                    "seconds");
        }
    }

    private HttpResponse<String> as(String login, String method, String path, String body)
            throws IOException, InterruptedException {
        return http.send(request(login, method, path, body), BodyHandlers.ofString());
    }

    private HttpRequest request(String login, String method, String path, String body) {
        HttpRequest.Builder request = HttpRequest.newBuilder(
                        URI.create(runs.toString()).resolve(path))
                .header("Content-Type", "application/yaml")
                .method(method, BodyPublishers.ofString(body));
        if (login != null) {
            String pair = Base64.getEncoder().encodeToString(login.getBytes(StandardCharsets.UTF_8));
            request.header("Authorization", "Basic " + pair);
        }
        return request.build();
    }

    private int status(String login, String method, String path) throws IOException, InterruptedException {
        return as(login, method, path, "").statusCode();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "/",
                "/app/main.js",
                "/api/runs",
                "/api/me",
                "/api/evaluators",
                "/api/datasets",
                "/api/asyncapi",
                "/q/openapi",
                "/q/metrics",
                "/api/nothing"
            })
    void whoeverSaysNothingIsAskedForAPassword(String path) throws Exception {
        HttpResponse<String> refused = as(null, "GET", path, "");
        assertEquals(401, refused.statusCode());
        assertTrue(
                refused.headers().firstValue("WWW-Authenticate").orElse("").startsWith("basic realm=\"saddle\""),
                refused.headers().map().toString());
        assertEquals(401, status("operator:guessed", "GET", path));
    }

    @ParameterizedTest
    @ValueSource(strings = {"/q/health/live", "/q/health/ready", "/q/health/started"})
    void aProbeNeedsNoPassword(String path) throws Exception {
        assertEquals(200, status(null, "GET", path));
    }

    /** @return status line and headers */
    private String from(String address, String login) throws IOException {
        String pair = Base64.getEncoder().encodeToString(login.getBytes(StandardCharsets.UTF_8));
        return askedFrom(address, "Authorization: Basic " + pair);
    }

    private String askedFrom(String address, String headers) throws IOException {
        try (Socket socket = new Socket()) {
            socket.bind(new InetSocketAddress(address, 0));
            socket.connect(new InetSocketAddress("127.0.0.1", runs.getPort()));
            socket.getOutputStream()
                    .write(("GET /api/me HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n" + headers + "\r\n\r\n")
                            .getBytes(StandardCharsets.US_ASCII));
            return new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        }
    }

    @Test
    void whoeverGuessesHasToWaitAndNobodyElseDoes() throws Exception {
        String refused = "";
        for (int i = 0; i < 20 && !refused.startsWith("HTTP/1.1 429"); i++) {
            refused = from(ANOTHER_ADDRESS, "operator:guess " + i);
            assertTrue(i <= 10 == refused.startsWith("HTTP/1.1 401"), i + ": " + refused);
        }
        assertTrue(refused.contains("Retry-After: 1"), refused);
        assertTrue(refused.contains("wrong passwords came from your address"), refused);
        assertTrue(from("127.0.0.1", OPERATOR).startsWith("HTTP/1.1 200"));

        await().untilAsserted(() -> assertTrue(from(ANOTHER_ADDRESS, OPERATOR).startsWith("HTTP/1.1 200")));
    }

    /** Whoever looks at passwords takes the first that is one, wherever it stands. */
    @Test
    void aGuessBehindAnotherHeaderIsAGuess() throws Exception {
        String pair = Base64.getEncoder().encodeToString("operator:guess".getBytes(StandardCharsets.UTF_8));
        String answer = "";
        for (int i = 0; i < 20 && !answer.startsWith("HTTP/1.1 429"); i++) {
            answer = askedFrom("127.0.0.4", "Authorization: x\r\nAuthorization: Basic " + pair);
        }
        assertTrue(answer.startsWith("HTTP/1.1 429"), answer);
    }

    private HttpResponse<InputStream> watch(String login) throws Exception {
        return http.send(request(login, "GET", "/api/runs/" + run + "/events", ""), BodyHandlers.ofInputStream());
    }

    @Test
    void aClientHasSoManyEventStreamsAndAnotherHasItsOwn() throws Exception {
        assertEquals(201, as(OPERATOR, "POST", "/api/runs", specification(run)).statusCode());
        List<HttpResponse<InputStream>> open = new ArrayList<>();
        for (int i = 0; i < STREAMS; i++) {
            open.add(watch(VIEWER));
            assertEquals(200, open.get(i).statusCode());
        }
        JsonNode problem = problem(429, as(VIEWER, "GET", "/api/runs/" + run + "/events", ""));
        assertTrue(problem.get("detail").asText().contains("3 event streams"), problem.toString());
        open.add(watch(OPERATOR));
        assertEquals(200, open.get(STREAMS).statusCode());

        open.get(0).body().close();
        await().untilAsserted(() -> {
            HttpResponse<InputStream> again = watch(VIEWER);
            open.add(again);
            assertEquals(200, again.statusCode());
        });
        for (HttpResponse<InputStream> each : open) {
            each.body().close();
        }
    }

    @Test
    void aViewerLooksAndChangesNothing() throws Exception {
        assertEquals(200, status(VIEWER, "GET", "/"));
        assertEquals(200, status(VIEWER, "GET", "/api/runs"));
        assertEquals(200, status(VIEWER, "GET", "/api/datasets"));
        JsonNode me = JSON.readTree(as(VIEWER, "GET", "/api/me", "").body());
        assertEquals("viewer", me.get("name").asText());
        assertEquals(false, me.get("operator").asBoolean());
        assertTrue(me.get("logout").isNull());

        assertEquals(403, as(VIEWER, "POST", "/api/runs", specification(run)).statusCode());
        for (String change : List.of("POST pause", "POST stop", "PATCH dual", "POST constraints/four/retire")) {
            String[] words = change.split(" ");
            assertEquals(403, status(VIEWER, words[0], "/api/runs/" + run + "/" + words[1]), change);
        }
        assertEquals(List.of(), written(Topics.RUNS));
    }

    @Test
    void theViewersPageHasNothingToChangeAnythingWith(@TempDir Path profile) throws Exception {
        assumeTrue(Browser.missing().isEmpty(), () -> Browser.missing().orElse(""));
        assertEquals(201, as(OPERATOR, "POST", "/api/runs", specification(run)).statusCode());
        URI page = URI.create(runs.toString()).resolve("/#/runs/" + run);
        try (Browser browser = Browser.open(profile)) {
            browser.login(VIEWER).go(page.toString());
            await().untilAsserted(() -> assertTrue(
                    browser.text("body").contains("viewer, who may look")
                            && browser.text("table.constraints").contains("four"),
                    () -> browser.text("body")));
            assertEquals(0, browser.count("main button"));
            assertEquals(0, browser.count("a[href='#/new']"));

            browser.go("about:blank").login(OPERATOR).go(page.toString());
            browser.press("Pause");
            assertEquals(1, browser.count("a[href='#/new']"));
        }
    }

    @Test
    void theOperatorsProvenNameIsOnTheRecordsWhateverHeClaims() throws Exception {
        assertEquals(201, as(OPERATOR, "POST", "/api/runs", specification(run)).statusCode());
        HttpRequest claimed = HttpRequest.newBuilder(URI.create(runs + "/" + run + "/constraints/four/threshold"))
                .header("Content-Type", "application/json")
                .header(
                        "Authorization",
                        "Basic " + Base64.getEncoder().encodeToString(OPERATOR.getBytes(StandardCharsets.UTF_8)))
                .POST(BodyPublishers.ofString("{\"threshold\": 0.3, \"by\": \"somebody else\"}"))
                .build();
        assertEquals(200, http.send(claimed, BodyHandlers.ofString()).statusCode());

        TrainingRun submitted = written(Topics.RUNS).get(0);
        assertEquals("operator", submitted.getUpdatedBy());
        ConstraintDefinition changed = written(Topics.CONSTRAINTS).stream()
                .filter(definition -> definition.getVersion() == 2)
                .findFirst()
                .orElseThrow();
        assertEquals("operator", changed.getUpdatedBy());
    }

    @Test
    void soManyRunsAreTakenUpAtOnceAndMoreInAWhile() throws Exception {
        List<CompletableFuture<HttpResponse<String>>> submissions = new ArrayList<>();
        for (int i = 0; i < 5 * SUBMISSIONS_AT_ONCE; i++) {
            submissions.add(http.sendAsync(
                    request(OPERATOR, "POST", "/api/runs", specification(run + "-" + i)), BodyHandlers.ofString()));
        }
        int accepted = 0;
        HttpResponse<String> refused = null;
        for (CompletableFuture<HttpResponse<String>> submission : submissions) {
            HttpResponse<String> answer = submission.get();
            accepted += answer.statusCode() == 201 ? 1 : 0;
            refused = answer.statusCode() == 429 ? answer : refused;
        }
        assertTrue(accepted >= 1, "none was taken up");
        assertTrue(refused != null, "all " + accepted + " were taken up");
        JsonNode problem = problem(429, refused);
        assertTrue(problem.get("detail").asText().contains("too many specifications"), problem.toString());
        int seconds =
                Integer.parseInt(refused.headers().firstValue("Retry-After").orElseThrow());
        assertTrue(seconds >= 1 && seconds <= 5, seconds + " s");

        await().atMost(Duration.ofSeconds(30))
                .pollInterval(Duration.ofSeconds(1))
                .until(() ->
                        as(OPERATOR, "POST", "/api/runs", specification(run)).statusCode() == 201);
    }
}
