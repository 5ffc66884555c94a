package io.saddle.console;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import com.fasterxml.jackson.databind.JsonNode;
import io.quarkus.test.junit.QuarkusTest;
import io.saddle.kafka.Publisher;
import io.saddle.model.SubmissionCheck;
import io.saddle.run.spec.RunSpec;
import io.saddle.run.spec.RunSpecParser;
import io.saddle.run.spec.Submissions;
import io.saddle.schema.ConstraintDefinition;
import io.saddle.schema.ConstraintState;
import io.saddle.schema.DesiredState;
import io.saddle.schema.MultiplierHandover;
import io.saddle.schema.RunPhase;
import io.saddle.schema.TrainingRun;
import io.saddle.topic.Topics;
import io.saddle.tracing.RecordTracing;
import jakarta.inject.Inject;
import java.io.IOException;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

/** The REST interface over a real broker and registry. */
@QuarkusTest
class RunsResourceTest extends ConsoleTest {

    @Inject
    TopicFeed feed;

    @Inject
    RecordWriter records;

    @Inject
    SubmissionWriter submissions;

    @Inject
    RunSpecParser parser;

    @Inject
    SubmissionCheck check;

    @Inject
    ProjectGuard guard;

    /** Reads of a store that does not answer for minutes. */
    private final class SlowToCheck extends RunCommands {

        private final CountDownLatch reading = new CountDownLatch(1);
        private final CountDownLatch read = new CountDownLatch(1);

        SlowToCheck() {
            super(feed, records, submissions, Clock.systemUTC(), parser, check, guard);
        }

        @Override
        RunSpec check(String yaml, Path folder) {
            RunSpec spec = super.check(yaml, folder);
            reading.countDown();
            try {
                read.await();
            } catch (InterruptedException e) {
                throw new IllegalStateException(e);
            }
            return spec;
        }
    }

    @Test
    void aRunIsStoppedWhileAnotherSubmissionReadsItsModels() throws Exception {
        submit();
        SlowToCheck commands = new SlowToCheck();
        String name = run + "-other";
        CompletableFuture<TrainingRun> submitted =
                CompletableFuture.supplyAsync(() -> commands.submit(specification(name), null, "ann"));
        commands.reading.await();
        CompletableFuture<TrainingRun> stopped =
                CompletableFuture.supplyAsync(() -> commands.desire(run, DesiredState.STOPPED, "bob"));
        assertEquals(DesiredState.STOPPED, stopped.get(20, TimeUnit.SECONDS).getDesiredState());

        assertEquals(201, post("", specification(name)).statusCode(), "somebody else takes the name meanwhile");
        commands.read.countDown();
        Throwable refused =
                assertThrows(ExecutionException.class, submitted::get).getCause();
        assertEquals("a run '" + name + "' exists already; names are for ever, choose another", refused.getMessage());
    }

    @Test
    void aSubmissionIsWrittenToTheTopicsAndAnsweredWithItsPlace() throws Exception {
        HttpResponse<String> response = post("", specification(run));

        assertEquals(201, response.statusCode(), response.body());
        assertTrue(
                response.headers().firstValue("Location").orElseThrow().endsWith("/api/runs/" + run),
                response.headers().map().toString());
        JsonNode summary = JSON.readTree(response.body());
        assertEquals(run, summary.get("runId").asText());
        assertEquals("QUEUED", summary.get("phase").asText());
        List<TrainingRun> runRecords = written(Topics.RUNS);
        assertEquals(1, runRecords.size());
        assertEquals(1, runRecords.get(0).getRevision());
        assertEquals(DesiredState.RUNNING, runRecords.get(0).getDesiredState());
        assertEquals(List.of("four", "five"), runRecords.get(0).getConstraintIds());
        List<ConstraintDefinition> definitions = written(Topics.CONSTRAINTS);
        assertEquals(2, definitions.size());
        assertTrue(definitions.stream().allMatch(d -> d.getVersion() == 1 && d.getState() == ConstraintState.ACTIVE));
    }

    /** Its constraints came through, its run did not; it is submitted again with another threshold and without one of them. */
    @Test
    void whatASubmissionThatWasCutOffLeftIsNotGoneBy() throws Exception {
        Submissions submissions = new Submissions(new RunSpecParser(), Clock.systemUTC());
        RunSpec cut = new RunSpecParser().parse("cut", """
                name: %s
                constraints:
                  - {id: four, threshold: 9, data: {classes: {4: {count: 50}}}}
                  - {id: gone, threshold: 9, data: {classes: {4: {count: 50}}}}
                """.formatted(run));
        for (ConstraintDefinition left : submissions.submission(cut, null).constraints()) {
            publisher
                    .send(Topics.CONSTRAINTS, Topics.constraintKey(run, left.getConstraintId()), left)
                    .get();
        }
        await().until(() -> feed.tables().constraints(run).size() == 2);

        problem(404, send("POST", "/" + run + "/constraints/four/threshold", "application/json", "{\"threshold\": 1}"));
        problem(404, post("/" + run + "/constraints", "{id: nine, threshold: 0.3, data: {classes: {9: {}}}}"));
        assertEquals(2, written(Topics.CONSTRAINTS).size(), "constraints of no run cannot be changed");
        assertEquals(201, post("", specification(run)).statusCode());

        Map<String, ConstraintDefinition> newest = new TreeMap<>();
        written(Topics.CONSTRAINTS).forEach(definition -> newest.put(definition.getConstraintId(), definition));
        ConstraintDefinition four = newest.get("four");
        assertEquals(2, four.getVersion());
        assertEquals(0.1, four.getThreshold());
        assertEquals(MultiplierHandover.RESET, four.getMultiplierHandover());
        assertEquals(1, newest.get("five").getVersion());
        assertEquals(ConstraintState.RETIRED, newest.get("gone").getState());
        assertEquals(2, newest.get("gone").getVersion());
    }

    @Test
    void whatAConsoleThatEndedInTheMiddleOfASubmissionWroteIsSeenByNobody() throws Exception {
        Map<String, Object> settings = kafka.producer();
        settings.put(ProducerConfig.TRANSACTIONAL_ID_CONFIG, SubmissionWriter.ID);
        RunSpec cut = new RunSpecParser().parse("cut", specification(run));
        try (KafkaProducer<byte[], byte[]> ended =
                new KafkaProducer<>(settings, new ByteArraySerializer(), new ByteArraySerializer())) {
            ended.initTransactions();
            ended.beginTransaction();
            for (ConstraintDefinition left : new Submissions(new RunSpecParser(), Clock.systemUTC())
                    .submission(cut, null)
                    .constraints()) {
                new Publisher(ended, serdes)
                        .send(Topics.CONSTRAINTS, Topics.constraintKey(run, left.getConstraintId()), left)
                        .get();
            }

            submit();
        }

        assertEquals(2, written(Topics.CONSTRAINTS).size());
        assertEquals(1, written(Topics.RUNS).size());
    }

    /** Its specification is larger than a record may be, written out; its constraints are not. */
    @Test
    void aSubmissionOfWhichOneRecordIsRefusedLeavesNothingBehind() throws Exception {
        StringBuilder yaml =
                new StringBuilder("name: " + run + "\ndescription: &long '" + "x".repeat(4096) + "'\nconstraints:\n");
        for (String id : List.of("one", "two", "three")) {
            yaml.append("  - {id: ").append(id).append(", threshold: 1, data: {classes: {4: {}}}, parameters: {");
            for (int i = 0; i < 100; i++) {
                yaml.append(i == 0 ? "" : ", ").append("p").append(i).append(": *long ");
            }
            yaml.append("}}\n");
        }

        JsonNode refused = problem(400, post("", yaml.toString()));
        assertEquals("the run specification is too large", refused.get("detail").asText());
        assertEquals(List.of(), written(Topics.CONSTRAINTS));
        assertEquals(List.of(), written(Topics.RUNS));
        assertEquals(404, get("/" + run).statusCode());
        submit();
        assertEquals(2, written(Topics.CONSTRAINTS).size());
    }

    /** The page of another site whose name leads here, as a browser would ask for it; and a proxy in front of what asks for no login. */
    @ParameterizedTest
    @CsvSource({
        "evil.example:28080, X-Other, 403",
        "127.0.0.1.evil.example, X-Other, 403",
        "a{b.evil.example:28080, X-Other, 400",
        "evil.example:x, X-Other, 400",
        "localhost, X-Forwarded-For, 403",
        "localhost, x-forwarded-port, 403",
        "127.0.0.1, Forwarded, 403",
        "localhost:1234, X-Other, 200",
        "[::1]:28080, X-Other, 200",
        "127.3.2.1, X-Other, 200"
    })
    void whoeverAsksNobodyAnswersToTheNamesOfThisMachineAlone(String host, String header, int status)
            throws IOException {
        for (String path : List.of("/api/runs", "/", "/q/openapi")) {
            String answer = answer("GET " + path + " HTTP/1.1\r\nHost: " + host + "\r\n" + header + ": x\r\n");
            assertTrue(
                    answer.startsWith("HTTP/1.1 " + status),
                    path + ": " + answer.lines().findFirst());
        }
    }

    /** Of what is no name nothing is known to compare; in HTTP/1.1 it is refused before anybody looks. */
    @ParameterizedTest
    @CsvSource({"'', 200", "Host: localhost, 200", "Host: evil.example, 403", "Host: a{b.evil.example, 403"})
    void aProbeThatNamesNoHostIsAnsweredAndOneThatNamesNonsenseIsNot(String host, int status) throws IOException {
        String answer = answer("GET /q/health/live HTTP/1.0\r\n" + (host.isEmpty() ? "" : host + "\r\n"));
        assertTrue(answer.matches("(?s)HTTP/1.[01] " + status + " .*"), answer);
    }

    /** @param request its first line and headers */
    private String answer(String request) throws IOException {
        try (Socket socket = new Socket(runs.getHost(), runs.getPort())) {
            String whole = request + "Connection: close\r\n\r\n";
            socket.getOutputStream().write(whole.getBytes(StandardCharsets.US_ASCII));
            return new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        }
    }

    @Test
    void nothingIsTracedUnlessThatIsTurnedOn() throws Exception {
        RecordTracing.begin(
                "test", run, 1, () -> assertEquals(0, RecordTracing.headers().toArray().length));
    }

    @Test
    void aRunCanBeLookedAtAndIsListedRightAfterItsSubmission() throws Exception {
        submit();
        JsonNode shown = JSON.readTree(get("/" + run).body());
        assertEquals(1, shown.get("revision").asInt());
        assertEquals("two rare digits", shown.get("spec").get("description").asText());
        assertEquals(2, shown.get("constraints").size());
        assertEquals(
                "mean squared error of the velocity (v_prediction), unweighted",
                shown.get("minimised").asText());
        assertEquals(shown.get("minimised"), shown.get("constraints").get(0).get("measuredIn"), "unweighted, both");
        assertTrue(shown.get("multipliers").isNull());
        assertTrue(get("").body().contains(run));
    }

    @Test
    void aNameThatIsTakenIsRefused() throws Exception {
        submit();
        JsonNode problem = problem(409, post("", specification(run)));
        assertTrue(problem.get("detail").asText().contains("'" + run + "' exists already"), problem.toString());
        assertEquals(1, written(Topics.RUNS).size());
        assertEquals(2, written(Topics.CONSTRAINTS).size());
    }

    static Stream<Arguments> mistakes() {
        return Stream.of(
                arguments("name: [", List.of("line 1, column 8")),
                arguments("""
                        name: RUN
                        training: {steps: 0}
                        constraints:
                          - {id: a, threshold: -0.2, data: {classes: {4: {}}}}
                          - {id: b, threshold: 0.1, evaluator: denoisin-loss, data: {classes: {5: {}}}}
                        """, List.of("training.steps", "constraints[0].threshold", "constraints[1].evaluator")),
                arguments("""
                        name: RUN
                        data: {classes: {4: {count: 1000000}}}
                        constraints:
                          - {id: a, threshold: 0.1, data: {classes: {4: {}}}}
                          - {id: b, threshold: 0.1, data: {classes: {77: {}}}}
                        """, List.of("data", "constraints[1].data")),
                arguments("""
                        name: RUN
                        model: {unet: {sample_size: 32}}
                        """, List.of("data", "evaluation.reference")));
    }

    @ParameterizedTest
    @MethodSource("mistakes")
    void everyMistakeIsNamedWithItsPathAndNothingIsWritten(String yaml, List<String> expected) throws Exception {
        JsonNode problem = problem(400, post("", yaml.replace("RUN", run)));
        List<String> paths = paths(problem);
        assertEquals(expected.size(), paths.size(), problem.toString());
        for (int i = 0; i < expected.size(); i++) {
            assertTrue(paths.get(i).startsWith(expected.get(i)), problem.toString());
        }
        problem.get("problems")
                .forEach(p -> assertFalse(p.get("message").asText().isBlank()));
        assertEquals(List.of(), written(Topics.RUNS));
        assertEquals(List.of(), written(Topics.CONSTRAINTS));
        assertEquals(404, get("/" + run).statusCode());
    }

    @Test
    void aDataFileThatIsCutOffIsNamedAndNothingIsWritten() throws Exception {
        Path images = folder.resolve("images");
        Path labels = folder.resolve("labels");
        Files.write(
                images,
                ByteBuffer.allocate(16 + 5 * 784)
                        .putInt(0x803)
                        .putInt(10)
                        .putInt(28)
                        .putInt(28)
                        .array());
        Files.write(labels, ByteBuffer.allocate(8 + 10).putInt(0x801).putInt(10).array());
        JsonNode problem = problem(400, post("", """
                name: %s
                data: {images: '%s', labels: '%s'}
                """.formatted(run, images, labels)));
        assertTrue(paths(problem).contains("data"), problem.toString());
        assertTrue(
                problem.get("problems").get(0).get("message").asText().contains(images.toString()), problem.toString());
        assertEquals(List.of(), written(Topics.RUNS));
    }

    @Test
    void whatAPersonAsksForBumpsTheRevision() throws Exception {
        submit();
        assertEquals(
                "PAUSED",
                JSON.readTree(post("/" + run + "/pause", "").body())
                        .get("desiredState")
                        .asText());
        assertEquals(200, post("/" + run + "/pause", "").statusCode(), "asked twice");
        assertEquals(
                "RUNNING",
                JSON.readTree(post("/" + run + "/resume", "").body())
                        .get("desiredState")
                        .asText());
        assertEquals(
                "STOPPED",
                JSON.readTree(post("/" + run + "/stop", "").body())
                        .get("desiredState")
                        .asText());
        problem(409, post("/" + run + "/resume", ""));

        List<TrainingRun> records = written(Topics.RUNS);
        assertEquals(
                List.of(1L, 2L, 3L, 4L),
                records.stream()
                        .map(r -> ((Number) r.getRevision()).longValue())
                        .toList());
        assertEquals(
                List.of(DesiredState.RUNNING, DesiredState.PAUSED, DesiredState.RUNNING, DesiredState.STOPPED),
                records.stream().map(TrainingRun::getDesiredState).toList());
        assertEquals(1, records.stream().map(TrainingRun::getSpec).distinct().count());
    }

    @Test
    void aRunThatWaitsHasAPriorityThatCanBeChanged() throws Exception {
        String older = run + "-older";
        assertEquals(201, post("", specification(older)).statusCode());
        submit();
        assertEquals(0, JSON.readTree(get("/" + run).body()).get("priority").asInt());
        assertTrue(place(run) > place(older), "first come, first served");
        JsonNode changed = JSON.readTree(prioritize("{\"priority\": 7}").body());
        assertEquals(7, changed.get("priority").asInt());
        assertTrue(place(run) < place(older), "the urgent one goes first");
        assertEquals(200, prioritize("{\"priority\": 7}").statusCode(), "asked twice");
        for (String wrong :
                List.of("{\"priority\": 1001}", "{\"priority\": \"high\"}", "{\"priority\": null}", "{}", "[]", "")) {
            JsonNode problem = problem(400, prioritize(wrong));
            assertTrue(problem.toString().contains("priority"), problem.toString());
        }

        List<TrainingRun> records = written(Topics.RUNS);
        assertEquals(
                List.of(0, 7), records.stream().map(TrainingRun::getPriority).toList());
        assertEquals(7, new RunSpecParser().fromJson(records.get(1).getSpec()).priority());
        assertEquals(records.get(0).getSubmittedBy(), records.get(1).getSubmittedBy());
    }

    /** What a trainer said when it left the run may be a reason to do something. */
    @Test
    void aRunThatWaitsAgainStillSaysWhatItsTrainerSaid() throws Exception {
        submit();
        status(RunPhase.QUEUED, 7);
        await().until(() -> get("/" + run).body().contains("\"step\":7"));
        String message = JSON.readTree(get("/" + run).body()).get("message").asText();
        assertTrue(message.startsWith("said by the test; "), message);
        assertTrue(message.endsWith("no trainer is there"), message);
    }

    /** It was shown as paused, beside its place among those that wait. */
    @Test
    void aPausedRunThatIsToGoOnIsQueued() throws Exception {
        submit();
        post("/" + run + "/pause", "");
        status(RunPhase.PAUSED, 7);
        await().untilAsserted(() -> assertEquals("PAUSED", shownPhase()));
        post("/" + run + "/resume", "");
        await().untilAsserted(() -> assertEquals("QUEUED", shownPhase()));
        assertEquals(1, JSON.readTree(get("?phase=QUEUED&text=" + run).body()).size(), "so it is found");
    }

    private String shownPhase() throws Exception {
        return JSON.readTree(get("/" + run).body()).get("phase").asText();
    }

    private int place(String runId) throws Exception {
        return JSON.readTree(get("/" + runId).body()).at("/queue/place").asInt();
    }

    private HttpResponse<String> prioritize(String body) throws Exception {
        HttpRequest request = HttpRequest.newBuilder(URI.create(runs + "/" + run + "/priority"))
                .header("Content-Type", "application/json")
                .method("PATCH", BodyPublishers.ofString(body))
                .build();
        return http.send(request, BodyHandlers.ofString());
    }

    @Test
    void aRunThatHasEndedTakesNoMoreWishes() throws Exception {
        submit();
        status(RunPhase.COMPLETED, 2000);
        await().until(() -> get("/" + run).body().contains("COMPLETED"));
        JsonNode problem = problem(409, post("/" + run + "/pause", ""));
        assertTrue(problem.get("detail").asText().contains("COMPLETED"), problem.toString());
        assertEquals(1, written(Topics.RUNS).size());
    }

    @Test
    void aRunSaysInWhichPrecisionItTrainsOnceThatIsKnown() throws Exception {
        submit();
        assertTrue(get("/" + run).body().contains("\"precision\":null"));
        status(RunPhase.TRAINING, 20);
        await().until(() -> get("/" + run).body().contains("\"precision\":\"bf16\""));
    }

    @Test
    void aRunThatNobodySubmittedIsNotFound() throws Exception {
        for (HttpResponse<String> response : List.of(
                get("/nobody"),
                get("/nobody/events"),
                get("/nobody/slots"),
                post("/nobody/pause", ""),
                post("/nobody/resume", ""),
                post("/nobody/stop", ""))) {
            JsonNode problem = problem(404, response);
            assertTrue(problem.get("detail").asText().contains("no run 'nobody'"), problem.toString());
        }
    }

    private int posted(String header, String value) throws Exception {
        HttpRequest request = HttpRequest.newBuilder(URI.create(runs + "/" + run + "/pause"))
                .header(header, value)
                .POST(BodyPublishers.noBody())
                .build();
        return http.send(request, BodyHandlers.ofString()).statusCode();
    }

    @Test
    void aPageOfAnotherSiteChangesNothing() throws Exception {
        submit();
        assertEquals(403, posted("Sec-Fetch-Site", "cross-site"));
        assertEquals(403, posted("Sec-Fetch-Site", "same-site"));
        assertEquals(403, posted("Origin", "https://elsewhere.example"));
        assertEquals(403, posted("Origin", "null"));
        assertEquals(1, written(Topics.RUNS).size());
        assertEquals(200, posted("Sec-Fetch-Site", "same-origin"));
        assertEquals(200, posted("Origin", "http://" + runs.getAuthority()));
    }

    @Test
    void browsersAreToldToLoadAndShowNothingOfOthers() throws Exception {
        String policy = get("").headers().firstValue("Content-Security-Policy").orElse("");
        assertTrue(policy.contains("default-src 'self'"), policy);
        assertTrue(policy.contains("frame-ancestors 'none'"), policy);
    }

    private HttpResponse<String> page(String path, String... headers) throws Exception {
        HttpRequest.Builder request =
                HttpRequest.newBuilder(URI.create(runs.toString()).resolve(path));
        if (headers.length > 0) {
            request.headers(headers);
        }
        return http.send(request.build(), BodyHandlers.ofString());
    }

    /** After an upgrade a browser showed the page of the release before for a day. */
    @Test
    void browsersAskForThePageAnewAndKeepTheLibrariesForADay() throws Exception {
        for (String path : List.of("/", "/index.html", "/app/main.js", "/app/style.css", "/app/icon.svg")) {
            HttpResponse<String> answer = page(path);
            assertEquals(200, answer.statusCode(), path);
            assertEquals(List.of("no-cache"), answer.headers().allValues("Cache-Control"), path);
            String changed = answer.headers().firstValue("Last-Modified").orElseThrow();
            HttpResponse<String> again = page(path, "If-Modified-Since", changed);
            assertEquals(304, again.statusCode(), path);
            assertEquals(List.of("no-cache"), again.headers().allValues("Cache-Control"), path);
        }
        for (String path : List.of("/webjars/uplot/dist/uPlot.esm.js", "/_static/htm/preact/standalone.module.js")) {
            List<String> kept = page(path).headers().allValues("Cache-Control");
            assertTrue(kept.toString().contains("max-age=86400"), path + ": " + kept);
        }
    }

    @Test
    void onlyTheKindsOfEventsThatAreAskedForAreSentAndAnUnknownOneIsRefused() throws Exception {
        submit();
        JsonNode problem = problem(400, get("/" + run + "/events?kinds=status,pionts"));
        assertTrue(problem.get("detail").asText().contains("pionts"), problem.toString());
        List<String> lines = new CopyOnWriteArrayList<>();
        CompletableFuture<?> watching = watch("?kinds=status", lines);
        status(RunPhase.TRAINING, 40);
        await().until(() -> kinds(lines).contains("status"));
        assertEquals(List.of("status"), kinds(lines).stream().distinct().toList());
        watching.cancel(true);
    }

    @Test
    void aKindOfEventThatIsNamedTwiceIsOne() throws Exception {
        submit();
        status(RunPhase.TRAINING, 40);
        await().until(() -> get("/" + run).body().contains("\"step\":40"));
        List<String> lines = new CopyOnWriteArrayList<>();
        CompletableFuture<?> watching = watch("?kinds=status,status", lines);
        await().until(() -> kinds(lines).contains("status"));
        watching.cancel(true);
    }

    @Test
    void whoWatchesARunIsToldWhatIsKnownAndThenWhatComes() throws Exception {
        submit();
        List<String> lines = new CopyOnWriteArrayList<>();
        CompletableFuture<?> watching = watch("", lines);
        await().until(() -> kinds(lines).containsAll(List.of("run", "constraint")));
        assertFalse(kinds(lines).contains("status"));

        status(RunPhase.TRAINING, 40);

        await().until(() -> kinds(lines).contains("status"));
        JsonNode status = data(lines, "status");
        assertEquals(run, status.get("runId").asText());
        assertEquals("TRAINING", status.get("phase").asText());
        assertEquals(40, status.get("step").asInt());
        assertEquals("2026-01-02T03:04:05Z", status.get("updatedAt").asText());
        watching.cancel(true);
    }

    @Test
    void whoComesLateIsToldTheNewestStatusAtOnce() throws Exception {
        submit();
        status(RunPhase.TRAINING, 20);
        status(RunPhase.TRAINING, 40);
        await().until(() -> get("/" + run).body().contains("\"step\":40"));
        List<String> lines = new CopyOnWriteArrayList<>();
        CompletableFuture<?> watching = watch("", lines);
        await().until(() -> kinds(lines).contains("status"));
        assertEquals(40, data(lines, "status").get("step").asInt());
        watching.cancel(true);
    }

    private CompletableFuture<?> watch(String query, List<String> lines) {
        return http.sendAsync(
                HttpRequest.newBuilder(URI.create(runs + "/" + run + "/events" + query))
                        .header("Accept", "text/event-stream")
                        .build(),
                BodyHandlers.fromLineSubscriber(new LineCollector(lines)));
    }

    private static List<String> kinds(List<String> lines) {
        return lines.stream()
                .filter(line -> line.startsWith("event:"))
                .map(line -> line.substring("event:".length()).strip())
                .toList();
    }

    private static JsonNode data(List<String> lines, String kind) throws IOException {
        int at = lines.indexOf("event:" + kind);
        int from = at < 0 ? lines.indexOf("event: " + kind) : at;
        String data = lines.subList(from, lines.size()).stream()
                .filter(line -> line.startsWith("data:"))
                .findFirst()
                .orElseThrow();
        return JSON.readTree(data.substring("data:".length()));
    }

    @ParameterizedTest
    @CsvSource({
        "?limit=abc, limit, must be a whole number",
        "?offset=1.5, offset, must be a whole number",
        "?limit=99999999999, limit, must be a whole number",
        "/any/grids/last, step, must be a whole number"
    })
    void aNumberThatIsNoneIsNamed(String query, String parameter, String said) throws Exception {
        JsonNode problem = problem(400, get(query)).get("problems").get(0);
        assertEquals(parameter, problem.get("path").asText());
        assertTrue(problem.get("message").asText().startsWith(said), problem.toString());
    }

    @Test
    void aFlagIsTrueOrFalse() throws Exception {
        HttpResponse<String> answer = http.send(
                HttpRequest.newBuilder(URI.create(runs.toString()).resolve("/api/evaluators?all=yes"))
                        .build(),
                BodyHandlers.ofString());
        assertEquals(
                200,
                http.send(
                                HttpRequest.newBuilder(
                                                URI.create(runs.toString()).resolve("/api/evaluators"))
                                        .build(),
                                BodyHandlers.ofString())
                        .statusCode(),
                "and needs not be there");
        JsonNode problem = problem(400, answer).get("problems").get(0);
        assertEquals("all", problem.get("path").asText());
        assertEquals("must be true or false, was 'yes'", problem.get("message").asText());
    }

    /** The next request of the connection waited for ever. */
    @Test
    void whoAsksForTheHeadersOfAStreamOpensNone() throws Exception {
        submit();
        HttpRequest headers = HttpRequest.newBuilder(URI.create(runs + "/" + run + "/events"))
                .method("HEAD", BodyPublishers.noBody())
                .timeout(Duration.ofMinutes(1))
                .build();
        for (int i = 0; i < 70; i++) {
            HttpResponse<String> answer = http.send(headers, BodyHandlers.ofString());
            assertEquals(200, answer.statusCode(), "of the " + i + " th");
            assertTrue(answer.headers().firstValue("Content-Type").orElse("").startsWith("text/event-stream"));
        }
    }

    @Test
    void theSameDualSettingsAgainWriteNothing() throws Exception {
        submit();
        for (String same : List.of("{}", "{\"learningRate\":" + dualRate() + "}")) {
            HttpResponse<String> answer = send("PATCH", "/" + run + "/dual", "application/json", same);
            assertEquals(200, answer.statusCode(), answer.body());
        }
        assertEquals(1, written(Topics.RUNS).size());
    }

    private String dualRate() throws Exception {
        return JSON.readTree(get("/" + run).body())
                .at("/spec/dual/learningRate")
                .asText();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "{\"learningRate\":0.1,\"learningRate\":0.2} | Duplicate",
                "{\"learningRate\":0.1} garbage            | garbage",
                "{\"learningRate\":                        | end-of-input"
            })
    void jsonIsReadAsStrictlyAsYaml(String body, String said) throws Exception {
        submit();
        JsonNode problem = problem(400, send("PATCH", "/" + run + "/dual", "application/json", body));
        assertEquals("the body is not valid JSON", problem.get("detail").asText());
        assertTrue(problem.toString().contains(said), problem.toString());
        assertEquals(1, written(Topics.RUNS).size());
    }

    @Test
    void aPriorityComesAlone() throws Exception {
        submit();
        JsonNode problem = problem(400, prioritize("{\"priority\":5,\"extra\":1}"));
        assertEquals(List.of("extra"), paths(problem));
    }

    /** A replacement character stood in the run's specification for good. */
    @Test
    void aBodyThatIsNoUtf8IsRefused() throws Exception {
        byte[] latin = specification(run).replace("two rare", "caf\u00e9").getBytes(StandardCharsets.ISO_8859_1);
        JsonNode problem = problem(400, bytes("application/yaml", latin));
        assertEquals(List.of("line 2"), paths(problem));
        problem(400, bytes("application/yaml;charset=utf-8", latin));
        problem(415, bytes("application/yaml;charset=ISO-8859-1", latin));
        problem(415, bytes("application/yaml;charset=nonsense", latin));
        assertEquals(0, written(Topics.RUNS).size());

        byte[] right = specification(run).replace("two rare", "caf\u00e9").getBytes(StandardCharsets.UTF_8);
        assertEquals(201, bytes("application/yaml; charset=UTF-8", right).statusCode());
        assertTrue(get("/" + run).body().contains("caf\u00e9"));
    }

    private HttpResponse<String> bytes(String type, byte[] body) throws Exception {
        HttpRequest request = HttpRequest.newBuilder(runs.toURI())
                .header("Content-Type", type)
                .POST(BodyPublishers.ofByteArray(body))
                .build();
        return http.send(request, BodyHandlers.ofString());
    }
}
