package io.saddle.demo;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.saddle.cli.connection.ConsoleClient;
import io.saddle.kafka.KafkaSettings;
import io.saddle.lab.demo.Demo;
import io.saddle.lab.demo.DemoOptions;
import io.saddle.lab.report.FollowedRun;
import io.saddle.lab.report.OwnRuns;
import io.saddle.lab.report.RunFeed;
import io.saddle.lab.report.Shortening;
import io.saddle.run.ScoreNames;
import io.saddle.schema.ConstraintMultiplier;
import io.saddle.schema.FeatureMeasure;
import io.saddle.schema.FidScore;
import io.saddle.schema.MultiplierUpdate;
import io.saddle.schema.RunPhase;
import io.saddle.stack.Distribution;
import io.saddle.stack.testing.TestCluster;
import io.saddle.tool.SharedStack;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.stream.LongStream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** All five services as processes of their own over a real broker and registry, training a tiny network on real digits. */
public class WholeLoopIT {

    private static final Duration PATIENCE = Duration.ofMinutes(4);
    /** Steps of runs that nothing happens to. */
    private static final long SHORT = 60;

    private static final TestCluster CLUSTER = SharedStack.cluster();
    private static final KafkaSettings KAFKA = CLUSTER.settings().kafka();

    @Test
    void aRunWhoseServicesAreAllStoppedInTurnEndsWithTheMultipliersOfAnUndisturbedOne() throws Exception {
        Map<String, FollowedRun> runs = histories("undisturbed", "disturbed");
        try (RunFeed feed = new RunFeed(KAFKA, runs)) {
            submit("undisturbed");
            TinyRun.awaitFinished(runs.get("undisturbed"));
            submit("disturbed");
            for (String service : TestCluster.SERVICES) {
                long before = stepsOf(runs.get("disturbed"));
                Awaitility.await("progress before " + service + " is stopped")
                        .atMost(PATIENCE)
                        .until(() -> stepsOf(runs.get("disturbed")) > before);
                CLUSTER.stop(service);
                CLUSTER.restart(service);
            }
            TinyRun.awaitFinished(runs.get("disturbed"));
        }
        assertEquals(TinyRun.trajectory(runs.get("undisturbed")), TinyRun.trajectory(runs.get("disturbed")));
        assertSameModel(runs.get("undisturbed"), runs.get("disturbed"));
        assertEquals(
                runs.get("undisturbed").finalScore().orElseThrow().getFid(),
                runs.get("disturbed").finalScore().orElseThrow().getFid(),
                "the finished model draws the same samples");
        for (FollowedRun run : runs.values()) {
            assertEquals(
                    LongStream.rangeClosed(1, 23).boxed().toList(),
                    run.multipliers().stream()
                            .map(MultiplierUpdate::getDualStep)
                            .toList(),
                    "120 steps, a dual step every 5, none after the last");
            assertEquals(120, run.summaries().size());
        }
    }

    /** With its checkpoints away for a while, as if their volume were not mounted: it began anew, in silence. */
    @Test
    void pauseKeepsTheRunWhereItIsAndResumeEndsItOnceItsCheckpointsAreThere() throws Exception {
        Map<String, FollowedRun> runs = histories("paused");
        try (RunFeed feed = new RunFeed(KAFKA, runs)) {
            FollowedRun run = runs.get("paused");
            submit("paused");
            Awaitility.await().atMost(PATIENCE).until(() -> stepsOf(run) > 10);
            console().change("paused", "pause");
            Awaitility.await().atMost(PATIENCE).until(() -> TinyRun.phase(run) == RunPhase.PAUSED);
            long steps = run.status().orElseThrow().getStep();
            assertTrue(steps < 120, "paused at " + steps);
            Path store = Path.of(URI.create(run.status()
                            .orElseThrow()
                            .getCheckpoint()
                            .getArtifact()
                            .getUri()))
                    .getParent();
            Path away = Files.move(store, store.resolveSibling("checkpoints-away"));
            console().change("paused", "resume");
            Awaitility.await()
                    .atMost(PATIENCE)
                    .until(() -> run.status().orElseThrow().getMessage().contains("has a checkpoint of step " + steps));
            assertEquals(RunPhase.QUEUED, TinyRun.phase(run));
            Files.move(away, store);
            TinyRun.awaitFinished(run);
            assertEquals(120, run.summaries().size());
        }
    }

    /** It took the first specification that came for a new run, and wrote it over the one that there was. */
    @Test
    void aConsoleThatStartsAnswersNothingOfRunsBeforeItKnowsThem() throws Exception {
        String known = TinyRun.withoutConstraints("known");
        console().submit(known);
        console().change("known", "stop");
        CLUSTER.kill("console");
        CompletableFuture<Void> restart = CompletableFuture.runAsync(() -> CLUSTER.restart("console"));
        HttpClient http =
                HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
        HttpRequest again = HttpRequest.newBuilder(URI.create(CLUSTER.consoleUrl() + "/api/runs"))
                .header("Content-Type", "application/yaml")
                .POST(HttpRequest.BodyPublishers.ofString(known))
                .build();
        List<Integer> answers = new ArrayList<>();
        Awaitility.await().atMost(PATIENCE).pollInterval(Duration.ofMillis(5)).until(() -> {
            try {
                HttpResponse<String> answer = http.send(again, HttpResponse.BodyHandlers.ofString());
                answers.add(answer.statusCode());
                assertTrue(
                        answer.statusCode() != 503
                                || answer.headers().firstValue("Retry-After").isPresent(),
                        "says when to come again");
                return answer.statusCode() != 503;
            } catch (IOException notYetListening) {
                return false;
            }
        });
        restart.join();
        assertEquals(List.of(503, 409), answers.stream().distinct().toList());
    }

    @Test
    void anAsyncRunWithWeightedSumsAndALossMeasuredByTheTrainerMovesBothMultipliers() throws Exception {
        Map<String, FollowedRun> runs = histories("async");
        try (RunFeed feed = new RunFeed(KAFKA, runs)) {
            console()
                    .submit(TinyRun.named("async")
                            .replace("mode: LOCKSTEP", "mode: ASYNC")
                            .replace("batchSize: 16", "batchSize: 8, batching: weighted-sum")
                            .replace("id: digit-7", "id: digit-7\n    evaluator: minibatch-loss"));
            TinyRun.awaitFinished(runs.get("async"));
        }
        List<MultiplierUpdate> updates = runs.get("async").multipliers();
        Map<String, String> movers = new HashMap<>();
        for (MultiplierUpdate update : updates) {
            assertEquals(2, update.getConstraints().size(), "the whole vector, at every step");
            List<ConstraintMultiplier> moved = update.getConstraints().stream()
                    .filter(row -> row.getEvaluator() != null)
                    .toList();
            assertEquals(1, moved.size(), "one estimate moves one multiplier");
            movers.put(moved.get(0).getConstraintId(), moved.get(0).getEvaluator());
        }
        assertEquals(Map.of("digit-4", "denoising-loss", "digit-7", "minibatch-loss"), movers);
        assertEquals(
                LongStream.rangeClosed(1, updates.size()).boxed().toList(),
                updates.stream().map(MultiplierUpdate::getDualStep).toList());
        long applied = runs.get("async").summaries().get(119).getDualStep();
        assertTrue(applied > 2, "the last primal step took multipliers of dual step " + applied);
    }

    /** Flow matching in every service: trained, measured, sampled, and the teacher of a run that starts from it. */
    @Test
    void aFlowIsTrainedUnderConstraintsAndTunedNearItself() throws Exception {
        Map<String, FollowedRun> runs = histories("flow", "flow-tuned");
        try (RunFeed feed = new RunFeed(KAFKA, runs)) {
            console().submit(flow(TinyRun.named("flow", SHORT)));
            TinyRun.awaitFinished(runs.get("flow"));
            Path model = Path.of(URI.create(
                    runs.get("flow").finalModel().orElseThrow().getArtifact().getUri()));
            assertEquals(
                    "FlowMatchEulerDiscreteScheduler",
                    new ObjectMapper()
                            .readTree(model.resolve("scheduler/scheduler_config.json")
                                    .toFile())
                            .get("_class_name")
                            .asText());
            console()
                    .submit(flow(TinyRun.named("flow-tuned", SHORT))
                                    .replaceAll(
                                            "(?s)constraints:.*(?=evaluation:)",
                                            "constraints: [{id: near, kind: distillation, threshold: 0.001}]\n")
                            + "initialModel: " + model + "\n");
            TinyRun.awaitFinished(runs.get("flow-tuned"));
        }
        assertEquals(TinyRun.dualSteps(SHORT), runs.get("flow").multipliers().size());
        List<MultiplierUpdate> near = runs.get("flow-tuned").multipliers();
        double moved = near.get(0).getConstraints().get(0).getLoss();
        assertTrue(moved > 0 && moved < 1, "five steps away from its teacher: " + moved);
        assertEquals(
                "euler, 5 steps", runs.get("flow").finalScore().orElseThrow().getSampler());
        JsonNode constraint = console().constraints("flow-tuned").get(0);
        assertEquals(
                "mean squared distance to the pre-trained model's direction from image to noise (flow), on pure noise",
                constraint.get("measuredIn").asText());
    }

    private static String flow(String specification) {
        return specification
                .replace("model:\n", "model:\n  prediction: flow\n  schedule: {shift: 2}\n")
                .replace("diagnosticsEvery: 10", "diagnosticsEvery: 10, ema: {warmup: true, power: 0.75}");
    }

    @Test
    void theDemoWritesItsReportAndNumbers(@TempDir Path out) throws Exception {
        List<String> said = new ArrayList<>();
        boolean kept = new Demo(
                        new OwnRuns(new ConsoleClient(CLUSTER.settings())),
                        CLUSTER.settings(),
                        smallerExamples(out),
                        new DemoOptions(out, false, new Shortening(105L, 32), null),
                        said::add)
                .run();
        JsonNode result = new ObjectMapper().readTree(out.resolve("result.json").toFile());
        assertEquals(kept, result.get("checks").findValues("kept").stream().allMatch(JsonNode::asBoolean));
        assertEquals(10, result.at("/constrained/score/classFrequencies").size());
        assertEquals(3, result.at("/constrained/multipliers").size());
        assertEquals(0, result.at("/unconstrained/multipliers").size());
        assertEquals(105, result.at("/constrained/records/gradient summaries").asInt());
        assertTrue(result.at("/constrained/score/featureExtractorAccuracy").asDouble() > 0.95);
        String html = Files.readString(out.resolve("report.html"));
        assertTrue(html.contains("data:image/png;base64,iVBOR"));
        assertFalse(html.contains("http://") && html.contains("src=\"http"), "the report needs no network");
        assertTrue(String.join("\n", said).contains("minorities (balanced 30.0 %)"));
    }

    /** The demo's examples, with less to compute in each step. */
    private static Path smallerExamples(Path folder) throws IOException {
        for (String name : List.of("mnist-unconstrained.yaml", "mnist-minority.yaml")) {
            String example = Files.readString(
                    Distribution.locate().root().resolve("infra/examples").resolve(name));
            assertTrue(example.contains("batchSize: 64"), example);
            Files.writeString(
                    folder.resolve(name),
                    example.replace("batchSize: 64", "batchSize: 16")
                            + "model: {unet: {block_out_channels: [8, 16, 16], norm_num_groups: 4}}\n");
        }
        return folder;
    }

    private static Map<String, FollowedRun> histories(String... names) {
        Map<String, FollowedRun> runs = new HashMap<>();
        for (String name : names) {
            runs.put(name, new FollowedRun());
        }
        return runs;
    }

    private static void submit(String name) throws IOException {
        console().submit(TinyRun.named(name));
    }

    /** From the specification to the topic: networks that somebody brought, in place of those that saddle trains. */
    @Test
    void aRunIsJudgedByTheNetworksThatItNames(@TempDir Path folder) throws Exception {
        Path brought = Distribution.locate().root().resolve("services/shared/diffusion/src/test/resources/judges");
        for (String file : List.of("means.pt", "means.json", "lines.pt", "lines.json")) {
            Files.copy(brought.resolve(file), folder.resolve(file));
        }
        Map<String, FollowedRun> runs = histories("judged");
        try (RunFeed feed = new RunFeed(KAFKA, runs)) {
            console()
                    .submit(TinyRun.withoutConstraints("judged")
                            .replace("steps: 120", "steps: " + SHORT)
                            .replace(
                                    "gridImages: 16",
                                    "gridImages: 16, precision: bf16, infinity: true, classifier: %1$s/lines.pt, features: [%1$s/means.pt, %1$s/lines.pt]"
                                            .formatted(folder))
                            .replace("finalImages: 64", "finalImages: 128"));
            TinyRun.awaitFinished(runs.get("judged"));
        }
        FidScore score = runs.get("judged").finalScore().orElseThrow();
        assertTrue(score.getClassifier().startsWith("lines (sha256 "), score.getClassifier());
        assertEquals(10, score.getClassFrequencies().size());
        assertEquals("Frechet distance, means", ScoreNames.named(score));
        assertTrue(score.getSampler().endsWith(", bf16"), score.getSampler());
        assertEquals(
                List.of(3, 10),
                score.getMeasures().stream().map(FeatureMeasure::getDimensions).toList());
        FeatureMeasure first = score.getMeasures().get(0);
        assertEquals(score.getFid(), first.getFrechet());
        assertEquals(128, first.getRows());
        assertTrue(first.getKidStandardError() > 0 && first.getFrechetAtInfinity() != null);
        assertEquals(128, first.getFloor().getImages());
        assertEquals(10, first.getClasses().size());
        JsonNode shown = console().run("judged");
        assertEquals(
                first.getSha256(),
                shown.at("/spec/evaluation/features/0/sha256").asText(),
                "pinned in the run");
        // The console reads the score too, a moment later perhaps.
        Awaitility.await()
                .untilAsserted(() -> assertEquals(
                        first.getKid(),
                        console().run("judged").at("/score/measures/0/kid").asDouble()));
    }

    private static ConsoleClient console() {
        return new ConsoleClient(CLUSTER.consoleUrl());
    }

    private static long stepsOf(FollowedRun run) {
        return run.summaries().size();
    }

    private static void assertSameModel(FollowedRun expected, FollowedRun actual) {
        assertEquals(
                expected.finalModel().orElseThrow().getArtifact().getSha256(),
                actual.finalModel().orElseThrow().getArtifact().getSha256(),
                "the finished model's weights, bit for bit");
    }
}
