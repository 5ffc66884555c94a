package io.saddle.console;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import io.quarkus.test.junit.QuarkusTest;
import io.quarkus.test.junit.QuarkusTestProfile;
import io.quarkus.test.junit.TestProfile;
import io.saddle.schema.ConstraintDefinition;
import io.saddle.schema.TrainingRun;
import io.saddle.topic.Topics;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The console where people have to say who they are, by passwords. */
@QuarkusTest
@TestProfile(PasswordsTest.WithPasswords.class)
class PasswordsTest extends ConsoleTest {

    private static final String OPERATOR = "operator:changes everything";
    private static final String VIEWER = "viewer:looks at everything";
    private static final int SUBMISSIONS_A_MINUTE = 4;

    public static class WithPasswords implements QuarkusTestProfile {
        @Override
        public Map<String, String> getConfigOverrides() {
            return Map.of(
                    "saddle.console.operator-password", OPERATOR.split(":")[1],
                    "saddle.console.viewer-password", VIEWER.split(":")[1],
                    "quarkus.fault-tolerance.\"io.saddle.console.RunCommands/submit\".rate-limit.value",
                            String.valueOf(SUBMISSIONS_A_MINUTE));
        }
    }

    private HttpResponse<String> as(String login, String method, String path, String body)
            throws IOException, InterruptedException {
        HttpRequest.Builder request = HttpRequest.newBuilder(
                        URI.create(runs.toString()).resolve(path))
                .header("Content-Type", "application/yaml")
                .method(method, BodyPublishers.ofString(body));
        if (login != null) {
            String pair = Base64.getEncoder().encodeToString(login.getBytes(StandardCharsets.UTF_8));
            request.header("Authorization", "Basic " + pair);
        }
        return http.send(request.build(), BodyHandlers.ofString());
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

    @Test
    void aViewerLooksAndChangesNothing() throws Exception {
        assertEquals(200, status(VIEWER, "GET", "/"));
        assertEquals(200, status(VIEWER, "GET", "/api/runs"));
        JsonNode me = JSON.readTree(as(VIEWER, "GET", "/api/me", "").body());
        assertEquals("viewer", me.get("name").asText());
        assertEquals(false, me.get("operator").asBoolean());

        assertEquals(403, as(VIEWER, "POST", "/api/runs", specification(run)).statusCode());
        for (String change : List.of("POST pause", "POST stop", "PATCH dual", "POST constraints/four/retire")) {
            String[] words = change.split(" ");
            assertEquals(403, status(VIEWER, words[0], "/api/runs/" + run + "/" + words[1]), change);
        }
        assertEquals(List.of(), written(Topics.RUNS));
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
    void soManyRunsAMinuteAreTakenUpAndNoMore() throws Exception {
        HttpResponse<String> answer = as(OPERATOR, "POST", "/api/runs", specification(run + "-0"));
        int accepted = 0;
        while (answer.statusCode() == 201) {
            accepted++;
            assertTrue(accepted <= SUBMISSIONS_A_MINUTE, "as many as one likes");
            answer = as(OPERATOR, "POST", "/api/runs", specification(run + "-" + accepted));
        }
        JsonNode problem = problem(429, answer);
        assertTrue(problem.get("detail").asText().contains("too many runs"), problem.toString());
        int seconds =
                Integer.parseInt(answer.headers().firstValue("Retry-After").orElseThrow());
        assertTrue(seconds >= 1 && seconds <= 60, seconds + " s");
        assertEquals(404, status(OPERATOR, "GET", "/api/runs/" + run + "-" + accepted));
    }
}
