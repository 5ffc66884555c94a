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
import java.util.concurrent.CopyOnWriteArrayList;
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
    private static final String ANN = "ann:is an operator";
    private static final String BOB = "bob:is one, too, and no admin";
    private static final int SUBMISSIONS_AT_ONCE = 4;
    private static final int STREAMS = 3;
    /** Of this machine too, and not the one that the other tests come from. */
    private static final String ANOTHER_ADDRESS = "127.0.0.2";

    public static class WithPasswords implements QuarkusTestProfile {
        @Override
        public Map<String, String> getConfigOverrides() {
            String limit = "quarkus.fault-tolerance.\"io.saddle.console.RunCommands/submit\".rate-limit.";
            return Map.ofEntries(
                    Map.entry("saddle.console.operator-password", OPERATOR.split(":")[1]),
                    Map.entry("saddle.console.viewer-password", VIEWER.split(":")[1]),
                    Map.entry("quarkus.security.users.embedded.users.ann", ANN.split(":")[1]),
                    Map.entry("quarkus.security.users.embedded.roles.ann", "operator"),
                    Map.entry("quarkus.security.users.embedded.users.bob", BOB.split(":")[1]),
                    Map.entry("quarkus.security.users.embedded.roles.bob", "operator"),
                    Map.entry("saddle.console.streams-per-client", String.valueOf(STREAMS)),
                    Map.entry(limit + "value", String.valueOf(SUBMISSIONS_AT_ONCE)),
                    Map.entry(limit + "window", "5"),
                    Map.entry(limit + "window-unit", "seconds"));
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
        for (String change : List.of(
                "POST pause",
                "POST stop",
                "POST archive",
                "POST unarchive",
                "PATCH dual",
                "PATCH labels",
                "DELETE ",
                "POST constraints/four/retire")) {
            String[] words = change.split(" ", 2);
            assertEquals(403, status(VIEWER, words[0], "/api/runs/" + run + "/" + words[1]), change);
        }
        assertEquals(200, status(VIEWER, "GET", "/api/notification-rules"));
        assertEquals(403, status(VIEWER, "PUT", "/api/notification-rules/r"));
        assertEquals(403, status(VIEWER, "DELETE", "/api/notification-rules/r"));
        assertEquals(403, status(VIEWER, "POST", "/api/notification-rules/r/test"));
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
            assertEquals(0, browser.count("main button:not(.save button)"), "but for what is taken away");
            assertEquals(0, browser.count("a[href='#/new']"));

            browser.go("about:blank").login(OPERATOR).go(page.toString());
            browser.press("Pause");
            assertEquals(1, browser.count("a[href='#/new']"));
        }
    }

    /** It took whoever looks for an operator where it could not ask. */
    @Test
    void thePageHasNothingToChangeAnythingWithUntilItKnowsWhoLooks(@TempDir Path profile) throws Exception {
        assumeTrue(Browser.missing().isEmpty(), () -> Browser.missing().orElse(""));
        submitted(OPERATOR, "");
        URI page = URI.create(runs.toString()).resolve("/#/runs/" + run);
        try (Browser browser = Browser.open(profile)) {
            browser.first("window.there = false; const reach = window.fetch; window.fetch = (path, options) =>"
                    + " path === '/api/me' && !window.there ? Promise.reject(new TypeError('Failed to fetch'))"
                    + " : reach(path, options);");
            browser.login(OPERATOR).go(page.toString());
            await().until(() -> browser.text("table.constraints").contains("four"));
            assertEquals(0, browser.count("main button:not(.save button)"));
            assertEquals(0, browser.count("a[href='#/new']"));

            browser.run("window.there = true");
            browser.press("Pause");
            assertEquals(1, browser.count("a[href='#/new']"));
        }
    }

    /** Such a refusal has no words of its own, and was shown as none. */
    @Test
    void aRefusalWithoutWordsIsSaidOnThePage(@TempDir Path profile) throws Exception {
        assumeTrue(Browser.missing().isEmpty(), () -> Browser.missing().orElse(""));
        URI page = URI.create(runs.toString()).resolve("/#/new");
        try (Browser browser = Browser.open(profile)) {
            browser.login(VIEWER).go(page.toString());
            await().untilAsserted(() -> assertEquals("only an operator may do that", browser.text("main .violated")));

            browser.go("about:blank").login(OPERATOR).go(page.toString());
            await().until(() -> browser.text("main").contains("No mistakes found"));
            browser.run("const t = document.querySelector('textarea'); t.value = '#'.repeat(2_000_000);"
                    + " t.dispatchEvent(new Event('input', {bubbles: true}));");
            await().untilAsserted(() ->
                    assertEquals("the console takes nothing that is as large as that", browser.text("main .violated")));
            assertEquals(
                    "the console answered 502",
                    browser.run("window.fetch = () => Promise.resolve(new Response('<html>', {status: 502,"
                            + " headers: {'Content-Type': 'text/html'}}));"
                            + " return import('/app/api.js').then(({get}) => get('/api/runs'))"
                            + ".catch((error) => error.message);"));
        }
    }

    @Test
    void projectsAreDefinedAndTokensMadeAndRevokedOnThePage(@TempDir Path profile) throws Exception {
        assumeTrue(Browser.missing().isEmpty(), () -> Browser.missing().orElse(""));
        String project = "page-" + run.substring(run.length() - 12);
        URI page = URI.create(runs.toString()).resolve("/#/access");
        try (Browser browser = Browser.open(profile)) {
            browser.login(ANN).go(page.toString());
            browser.press("New project");
            browser.type("dialog input[name=name]", project);
            browser.answer("Define");
            await().untilAsserted(() -> assertTrue(browser.text("main").contains(project), () -> browser.text("main")));
            assertEquals(
                    "ann",
                    JSON.readTree(json(ANN, "GET", "/api/projects", "").body()).findParents("name").stream()
                            .filter(one -> one.path("name").asText().equals(project))
                            .findFirst()
                            .orElseThrow()
                            .at("/members/0")
                            .asText());
            browser.press("New token");
            browser.type("dialog input[name=name]", "a notebook");
            browser.type("dialog input[name=projects]", project);
            browser.answer("Make");
            await().until(() -> browser.count("code.token") == 1);
            String token = browser.text("code.token");
            assertEquals(200, json(token, "GET", "/api/runs", "").statusCode());
            browser.press("I have it");
            await().until(() -> browser.count("code.token") == 0);
            browser.assertAccessible("access");
            for (boolean dark : new boolean[] {false, true}) {
                browser.size(1280, 900).dark(dark).picture(dark ? "access-dark" : "access");
            }
            browser.size(390, 844).dark(false).picture("access-phone");
            browser.size(1280, 900);
            browser.find("button[aria-label='Revoke a notebook']").click();
            browser.answer("Revoke");
            await().untilAsserted(
                            () -> assertTrue(browser.text("main").contains("revoked"), () -> browser.text("main")));
            assertEquals(401, json(token, "GET", "/api/runs", "").statusCode());

            // One who is no member of a project changes nothing of it.
            browser.go("about:blank").login(BOB).go(page.toString());
            await().until(() -> browser.text("main").contains(project));
            assertEquals(0, browser.count("button[aria-label='Change " + project + "']"));
            assertEquals(0, browser.count("button[aria-label='Revoke a notebook']"));
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
        assertTrue(problem.get("detail").asText().contains("too many of these requests"), problem.toString());
        int seconds =
                Integer.parseInt(refused.headers().firstValue("Retry-After").orElseThrow());
        assertTrue(seconds >= 1 && seconds <= 5, seconds + " s");

        await().atMost(Duration.ofSeconds(30))
                .pollInterval(Duration.ofSeconds(1))
                .until(() ->
                        as(OPERATOR, "POST", "/api/runs", specification(run)).statusCode() == 201);
    }

    /** As JSON, by basic login or bearer token. */
    private HttpResponse<String> json(String login, String method, String path, String body)
            throws IOException, InterruptedException {
        String proof = login.startsWith("saddle_")
                ? "Bearer " + login
                : "Basic " + Base64.getEncoder().encodeToString(login.getBytes(StandardCharsets.UTF_8));
        return http.send(
                HttpRequest.newBuilder(URI.create(runs.toString()).resolve(path))
                        .header("Content-Type", "application/json")
                        .header("Authorization", proof)
                        .method(method, BodyPublishers.ofString(body))
                        .build(),
                BodyHandlers.ofString());
    }

    private JsonNode token(String login, String wanted) throws Exception {
        HttpResponse<String> made = json(login, "POST", "/api/tokens", wanted);
        assertEquals(201, made.statusCode(), made.body());
        assertEquals("no-store", made.headers().firstValue("Cache-Control").orElse(""));
        return JSON.readTree(made.body());
    }

    /** When the rate allows it. */
    private void submitted(String login, String labels) {
        String specification = specification(run) + "labels: {" + labels + "}\n";
        await().pollInterval(Duration.ofSeconds(1))
                .until(() -> as(login, "POST", "/api/runs", specification).statusCode() == 201);
    }

    @Test
    void aTokenActsInItsOwnersNameAsFarAsItsRoleGoesAndUntilItIsRevoked() throws Exception {
        submitted(ANN, "");
        JsonNode viewer = token(ANN, "{\"name\": \"grafana\"}");
        JsonNode operator = token(ANN, "{\"name\": \"ci\", \"role\": \"operator\", \"days\": 1}");
        String looks = viewer.get("token").asText();
        String changes = operator.get("token").asText();
        assertEquals(200, json(looks, "GET", "/api/runs/" + run, "").statusCode());
        assertEquals(403, json(looks, "POST", "/api/runs/" + run + "/pause", "").statusCode());
        assertEquals(
                200, json(changes, "POST", "/api/runs/" + run + "/pause", "").statusCode());
        assertEquals("ann", written(Topics.RUNS).get(1).getUpdatedBy());
        assertEquals(
                "ann",
                JSON.readTree(json(changes, "GET", "/api/me", "").body())
                        .get("name")
                        .asText());
        assertEquals(
                403,
                json(changes, "POST", "/api/tokens", "{\"name\": \"more\"}").statusCode());

        String id = operator.get("tokenId").asText();
        assertEquals(403, json(BOB, "DELETE", "/api/tokens/" + id, "").statusCode());
        assertEquals(200, json(ANN, "DELETE", "/api/tokens/" + id, "").statusCode());
        assertEquals(401, json(changes, "GET", "/api/runs", "").statusCode());
        assertEquals(401, json(changes + "x", "GET", "/api/runs", "").statusCode());
        assertEquals(
                200,
                json(OPERATOR, "DELETE", "/api/tokens/" + viewer.get("tokenId").asText(), "")
                        .statusCode());
        String list = json(ANN, "GET", "/api/tokens", "").body();
        String secret = changes.substring(changes.lastIndexOf('_') + 1);
        assertTrue(list.contains(id) && !list.contains(secret), list);
    }

    private void follows(String proof, List<String> lines) {
        HttpRequest request = HttpRequest.newBuilder(URI.create(runs + "/" + run + "/events?kinds=run"))
                .header("Authorization", proof)
                .build();
        http.sendAsync(request, BodyHandlers.fromLineSubscriber(new LineCollector(lines)));
        await().until(() -> lines.stream().anyMatch(line -> line.startsWith("data:")));
    }

    /** It went on for as long as its program liked. */
    @Test
    void anEventStreamEndsWithTheTokenThatOpenedItAndWithNoOther() throws Exception {
        submitted(ANN, "");
        JsonNode revoked = token(ANN, "{\"name\": \"grafana\"}");
        JsonNode good = token(ANN, "{\"name\": \"ci\"}");
        List<String> ends = new CopyOnWriteArrayList<>();
        List<String> goesOn = new CopyOnWriteArrayList<>();
        follows("Bearer " + revoked.get("token").asText(), ends);
        follows("Bearer " + good.get("token").asText(), goesOn);

        String id = revoked.get("tokenId").asText();
        assertEquals(200, json(ANN, "DELETE", "/api/tokens/" + id, "").statusCode());
        await().until(() -> ends.contains("end"));
        assertEquals(200, json(ANN, "POST", "/api/runs/" + run + "/pause", "").statusCode());
        await().until(() -> goesOn.stream().anyMatch(line -> line.contains("PAUSED")));
        assertTrue(ends.stream().noneMatch(line -> line.contains("PAUSED")), ends.toString());
        assertEquals(
                200,
                json(ANN, "DELETE", "/api/tokens/" + good.get("tokenId").asText(), "")
                        .statusCode());
        await().until(() -> goesOn.contains("end"));
    }

    @Test
    void aTokenWithMistakesIsRefusedWithAll() throws Exception {
        JsonNode problem = problem(
                400,
                json(
                        ANN,
                        "POST",
                        "/api/tokens",
                        "{\"name\": \" \", \"role\": \"god\", \"days\": 400, \"projects\": [\"a/b\"]}"));
        for (String place : List.of("name", "role", "days", "projects[0]")) {
            assertTrue(problem.toString().contains("\"" + place + "\""), problem.toString());
        }
    }

    /** A task says which run it is when it has ended: it was taken for one of no project, and a project's run was forked by anybody. */
    @Test
    void aForkOfWhatATaskNamesSaysItsProject() throws Exception {
        String project = "p-" + run.substring(run.length() - 12);
        assertEquals(
                200,
                json(ANN, "PUT", "/api/projects/" + project, "{\"description\": \"hers\"}")
                        .statusCode());
        String picked = "{name: k-" + project + ", steps: {pick: {task: {kind: pick}}, a: {needs: pick, fork: {run:"
                + " '${steps.pick.run}'%s}}, b: {needs: a, fork: {run: '${steps.a.run}'}}}}";
        HttpResponse<String> unknown = as(BOB, "POST", "/api/pipelines", picked.formatted(""));
        assertEquals(403, unknown.statusCode(), unknown.body());
        assertTrue(unknown.body().contains("nobody can tell to which project"), unknown.body());
        HttpResponse<String> hers =
                as(BOB, "POST", "/api/pipelines", picked.formatted(", set: {labels: {project: " + project + "}}"));
        assertEquals(403, hers.statusCode(), hers.body());
        HttpResponse<String> said =
                as(BOB, "POST", "/api/pipelines", picked.formatted(", set: {labels: {project: bobs}}"));
        assertEquals(201, said.statusCode(), said.body());
    }

    /** Who was taken out of a project was back in it by another's change. */
    @Test
    void aChangeOfAProjectThatWasChangedMeanwhileIsRefused() throws Exception {
        String place = "/api/projects/p-" + run.substring(run.length() - 12);
        int seen = JSON.readTree(json(ANN, "PUT", place, "{\"members\": [\"ann\", \"bob\"]}")
                        .body())
                .path("revision")
                .asInt();
        String revision = "\"revision\": " + seen;
        assertEquals(
                200,
                json(ANN, "PUT", place, "{\"members\": [\"ann\"], " + revision + "}")
                        .statusCode());
        HttpResponse<String> late =
                json(ANN, "PUT", place, "{\"members\": [\"ann\", \"bob\", \"eve\"], " + revision + "}");
        assertEquals(409, late.statusCode(), late.body());
        assertTrue(late.body().contains("has been changed meanwhile"), late.body());
    }

    @Test
    void onlyMembersChangeWhatBelongsToAProjectAndEverybodySeesIt() throws Exception {
        String project = "p-" + run.substring(run.length() - 12);
        assertEquals(
                200,
                json(ANN, "PUT", "/api/projects/" + project, "{\"description\": \"hers\"}")
                        .statusCode());
        submitted(ANN, "project: " + project);
        HttpResponse<String> refused = json(BOB, "POST", "/api/runs/" + run + "/stop", "");
        assertEquals(403, refused.statusCode(), refused.body());
        assertTrue(refused.body().contains("bob is none of its members (ann)"), refused.body());
        assertEquals(200, json(BOB, "GET", "/api/runs/" + run, "").statusCode());
        for (String[] change : new String[][] {
            {"PATCH", "/api/runs/" + run + "/dual", "{\"learningRate\": 0.1}"},
            {"PATCH", "/api/runs/" + run + "/labels", "{\"project\": null}"},
            {"POST", "/api/runs/" + run + "/constraints/four/threshold", "{\"threshold\": 0.5}"},
            {"DELETE", "/api/runs/" + run, ""},
            {"PUT", "/api/projects/" + project, "{\"members\": [\"bob\"]}"},
            {"DELETE", "/api/projects/" + project, ""},
        }) {
            assertEquals(403, json(BOB, change[0], change[1], change[2]).statusCode(), change[1]);
        }
        String pipeline = "{name: pl-" + project + ", steps: {a: {run: {labels: {project: " + project + "}}}}}";
        assertEquals(403, as(BOB, "POST", "/api/pipelines", pipeline).statusCode());
        assertEquals(201, as(ANN, "POST", "/api/pipelines", pipeline).statusCode());
        assertEquals(
                403,
                json(BOB, "POST", "/api/pipelines/pl-" + project + "/executions", "")
                        .statusCode());

        String made = "{name: m-" + project
                + ", steps: {a: {run: {}}, b: {needs: a, run: {labels: {project: '${steps.a.run}'}}}}}";
        HttpResponse<String> hidden = as(BOB, "POST", "/api/pipelines", made);
        assertEquals(403, hidden.statusCode(), hidden.body());
        assertTrue(hidden.body().contains("must be written out"), hidden.body());
        String fork = "{name: f-" + project + ", steps: {a: {fork: {run: " + run + "}}}}";
        assertEquals(
                403, as(BOB, "POST", "/api/pipelines", fork).statusCode(), "it would be a run of the project, too");

        // Its own project's label opens nothing to a token that is for another one.
        String elsewhere = token(ANN, "{\"name\": \"x\", \"role\": \"operator\", \"projects\": [\"other\"]}")
                .get("token")
                .asText();
        assertEquals(
                403, json(elsewhere, "POST", "/api/runs/" + run + "/pause", "").statusCode());
        String here = token(ANN, "{\"name\": \"x\", \"role\": \"operator\", \"projects\": [\"" + project + "\"]}")
                .get("token")
                .asText();
        assertEquals(200, json(here, "POST", "/api/runs/" + run + "/pause", "").statusCode());
        assertEquals(
                403,
                json(here, "PATCH", "/api/runs/" + run + "/labels", "{\"project\": null}")
                        .statusCode());
        assertEquals(
                403,
                json(here, "PUT", "/api/projects/" + project, "{\"members\": [\"bob\"]}")
                        .statusCode());

        String others = "{name: t-" + project + ", steps: {a: {approval: 'now?'}}}";
        HttpResponse<String> bobs = as(BOB, "POST", "/api/pipelines", others);
        assertEquals(201, bobs.statusCode(), bobs.body());
        for (String[] change : new String[][] {
            {"PUT", "/api/notification-rules/x", "{}"},
            {"DELETE", "/api/notification-rules/x", ""},
            {"DELETE", "/api/tokens/" + here.split("_")[1], ""},
            {"POST", "/api/pipelines/t-" + project + "/executions", ""},
        }) {
            HttpResponse<String> outside = json(here, change[0], change[1], change[2]);
            assertEquals(403, outside.statusCode(), change[1] + " " + outside.body());
            assertTrue(outside.body().contains("this token changes only"), outside.body());
        }
        String chain = "{name: c-" + project + ", steps: {a: {run: {labels: {project: " + project
                + "}}}, b: {needs: a, fork: {run: '${steps.a.run}'}}}}";
        assertEquals(
                201, json(here, "POST", "/api/pipelines", chain).statusCode(), "the fork is its project's as well");
        String after = "{name: s-" + project + ", schedule: {after: pl-" + project
                + "}, steps: {a: {fork: {run: '${after.steps.a.run}'}}}}";
        HttpResponse<String> unknown = as(BOB, "POST", "/api/pipelines", after);
        assertEquals(403, unknown.statusCode(), unknown.body());

        assertEquals(
                200, json(OPERATOR, "POST", "/api/runs/" + run + "/resume", "").statusCode(), "the admin");
        assertEquals(
                200,
                json(ANN, "PUT", "/api/projects/" + project, "{\"members\": [\"ann\", \"bob\"]}")
                        .statusCode());
        assertEquals(200, json(BOB, "POST", "/api/runs/" + run + "/stop", "").statusCode());
    }

    /** Who named others alone could change neither his project nor its runs. */
    @Test
    void whoeverDefinesAProjectIsAMemberOfItWhomeverElseHeNames() throws Exception {
        String place = "/api/projects/q-" + run.substring(run.length() - 12);
        HttpResponse<String> made = json(ANN, "PUT", place, "{\"members\": [\"bob\", \"eve\"]}");
        assertEquals(200, made.statusCode(), made.body());
        assertTrue(made.body().contains("[\"ann\",\"bob\",\"eve\"]"), made.body());
        HttpResponse<String> without = json(ANN, "PUT", place, "{\"members\": [\"bob\"]}");
        assertTrue(without.body().contains("[\"bob\"]"), "one who leaves: " + without.body());
    }

    /** A run may have got another project than its pipeline's definition says. */
    @Test
    void anExecutionIsStoppedByThoseOnlyWhoMayStopItsRuns() throws Exception {
        String project = "p-" + run.substring(run.length() - 12);
        assertEquals(200, json(ANN, "PUT", "/api/projects/" + project, "{}").statusCode());
        String pipeline = "{name: x-" + project + ", steps: {a: {run: {}}}}";
        assertEquals(201, as(ANN, "POST", "/api/pipelines", pipeline).statusCode());
        assertEquals(
                201,
                json(ANN, "POST", "/api/pipelines/x-" + project + "/executions", "")
                        .statusCode());
        String made = "/api/runs/x-" + project + "-1.a";
        await().until(() -> json(ANN, "GET", made, "").statusCode() == 200);
        String execution = "/api/executions/x-" + project + "-1";
        await().until(() -> json(ANN, "GET", execution, "").body().contains("\"run\":\"x-" + project + "-1.a\""));
        assertEquals(
                200,
                json(ANN, "PATCH", made + "/labels", "{\"project\": \"" + project + "\"}")
                        .statusCode());
        assertEquals(403, json(BOB, "POST", made + "/stop", "").statusCode());

        HttpResponse<String> refused = json(BOB, "POST", execution + "/stop", "");

        assertEquals(403, refused.statusCode(), refused.body());
        assertTrue(refused.body().contains("bob is none of its members (ann)"), refused.body());
        assertEquals(200, json(ANN, "POST", execution + "/stop", "").statusCode());
    }

    @Test
    void aProjectThatPipelinesNameAlreadyIsForAnAdminToDefine() throws Exception {
        String project = "p-" + run.substring(run.length() - 12);
        String pipeline = "{name: y-" + project + ", steps: {a: {run: {labels: {project: " + project + "}}}}}";
        assertEquals(201, as(ANN, "POST", "/api/pipelines", pipeline).statusCode());

        HttpResponse<String> refused = json(BOB, "PUT", "/api/projects/" + project, "{}");

        assertEquals(403, refused.statusCode(), refused.body());
        assertTrue(refused.body().contains("runs or pipelines have the label"), refused.body());
        assertEquals(
                200,
                json(OPERATOR, "PUT", "/api/projects/" + project, "{\"members\": [\"ann\"]}")
                        .statusCode());
    }

    /** Whoever defined a project locked out those whose runs had its label. */
    @Test
    void aProjectThatRunsBelongToAlreadyIsForAnAdminToDefine() throws Exception {
        String project = "p-" + run.substring(run.length() - 12);
        submitted(ANN, "project: " + project);
        assertEquals(403, json(BOB, "PUT", "/api/projects/" + project, "{}").statusCode());
        String members = "{\"members\": [\"ann\"]}";
        assertEquals(
                200, json(OPERATOR, "PUT", "/api/projects/" + project, members).statusCode());
        assertEquals(200, json(ANN, "POST", "/api/runs/" + run + "/pause", "").statusCode());
    }
}
