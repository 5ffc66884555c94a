package io.saddle.cli.track;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.saddle.cli.terminal.CommandException;
import io.saddle.cli.track.FakeMlflow.Trouble;
import io.saddle.pause.DoublingWait;
import io.saddle.schema.RunPhase;
import io.saddle.schema.TrainingRun;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.LongStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class MlflowTrackerTest {

    private final List<String> notices = new ArrayList<>();
    private FakeMlflow mlflow;

    @BeforeEach
    void start() throws IOException {
        mlflow = new FakeMlflow();
    }

    @AfterEach
    void stop() {
        mlflow.close();
    }

    private MlflowTracker open() {
        return open(MadeRecords.run("r"), Map.of());
    }

    private MlflowTracker open(TrainingRun run, Map<String, String> environment) {
        return MlflowTracker.open(
                new MlflowServer(mlflow.url() + "/", environment),
                "digits",
                run,
                new DoublingWait(Duration.ofMillis(1), Duration.ofMillis(8)),
                notices::add);
    }

    private static List<Scalar> points(long from, long to) {
        return LongStream.rangeClosed(from, to)
                .mapToObj(step -> new Scalar("loss/objective", new ReadPosition(step, 10 * step), step / 2.0))
                .toList();
    }

    private static List<String> logged(long to) {
        return LongStream.rangeClosed(1, to)
                .mapToObj(step -> "loss/objective " + step + "@" + 10 * step + "=" + step / 2.0)
                .toList();
    }

    @Test
    void theRunIsMadeWithItsSpecificationInTheExperiment() {
        try (MlflowTracker tracker = open()) {
            assertEquals(mlflow.url() + "/#/experiments/id of digits/runs/run0", tracker.place());
        }
        assertEquals("r", mlflow.run().tags.get("saddle.run"));
        assertEquals("r", mlflow.run().tags.get("mlflow.runName"));
        assertEquals("64", mlflow.run().params.get("training.batchSize"));
        assertEquals(List.of("digits"), List.copyOf(mlflow.experiments.keySet()));
    }

    @Test
    void pointsGoInBatchesAsLargeAsAllowed() {
        try (MlflowTracker tracker = open()) {
            mlflow.batches.clear();
            assertEquals(2001, tracker.write(points(1, 2001)));
        }
        assertEquals(List.of(1000, 1000, 1), mlflow.batches);
        assertEquals(logged(2001), mlflow.run().metrics);
    }

    @Test
    void parametersGoInBatchesAsLargeAsAllowed() {
        StringBuilder many = new StringBuilder("{\"a\": 0");
        for (int i = 0; i < 200; i++) {
            many.append(", \"key").append(i).append("\": ").append(i);
        }
        open(MadeRecords.run("r", many + "}"), Map.of()).close();
        assertEquals(List.of(100, 100, 1), mlflow.batches);
        assertEquals(201, mlflow.run().params.size());
    }

    @Test
    void startedAgainItFindsItsRunAndRepeatsNothing() {
        try (MlflowTracker tracker = open()) {
            tracker.write(points(1, 3));
        }
        TrainingRun changed = MadeRecords.run("r", "{\"training\": {\"batchSize\": 128, \"added\": true}}");
        try (MlflowTracker tracker = open(changed, Map.of())) {
            assertEquals(2, tracker.write(points(1, 5)));
        }
        assertEquals(logged(5), mlflow.run().metrics);
        assertEquals("64", mlflow.run().params.get("training.batchSize"), "a parameter cannot change");
        assertEquals("true", mlflow.run().params.get("training.added"));
    }

    @Test
    void runsOfOtherNamesAreOthers() {
        open().close();
        open(MadeRecords.run("r2"), Map.of()).close();
        assertEquals(2, mlflow.experiments.get("digits").size());
    }

    /** Two clusters have each a run of this name, or one stack that was set up anew. */
    @Test
    void runsOfOneNameSubmittedAtOtherTimesAreTwo() {
        for (long submittedAt : List.of(1000L, 2000L, 1000L, 2000L)) {
            try (MlflowTracker tracker = open(MadeRecords.run("r", Instant.ofEpochMilli(submittedAt)), Map.of())) {
                tracker.write(points(1, 3));
            }
        }
        assertEquals(
                List.of(logged(3), logged(3)),
                mlflow.experiments.get("digits").values().stream()
                        .map(run -> run.metrics)
                        .toList());
    }

    @Test
    void aServerThatIsAwayIsWaitedForAndNothingIsLostOrRepeated() {
        try (MlflowTracker tracker = open()) {
            mlflow.troubles.addAll(
                    List.of(Trouble.AWAY, Trouble.BREAKS_HALFWAY, Trouble.AWAY, Trouble.LIES, Trouble.BREAKS_HALFWAY));
            assertEquals(2500, tracker.write(points(1, 2500)));
        }
        assertEquals(logged(2500), mlflow.run().metrics);
        assertEquals(5, notices.size(), notices.toString());
        assertTrue(notices.get(0).contains("HTTP 503, TEMPORARILY_UNAVAILABLE: busy: trying again"), notices.get(0));
        assertTrue(notices.get(1).contains("MLflow does not answer at " + mlflow.url()), notices.get(1));
    }

    @Test
    void numbersThatJsonDoesNotHaveAreLogged() {
        try (MlflowTracker tracker = open()) {
            tracker.write(List.of(
                    new Scalar("a", new ReadPosition(1, 1), Double.NaN),
                    new Scalar("a", new ReadPosition(2, 2), Double.NEGATIVE_INFINITY)));
        }
        assertEquals(List.of("a 1@1=NaN", "a 2@2=-Infinity"), mlflow.run().metrics);
    }

    private static final List<String> ODD_NAMES = List.of(
            "frequency/trousers, long",
            "frequency/cat [wild]",
            "frequency/black & white",
            "frequency/a b",
            "frequency/people's",
            "frequency/" + "x".repeat(300));

    private static List<Scalar> ofEach(List<String> tags, long step) {
        return tags.stream()
                .map(tag -> new Scalar(tag, new ReadPosition(step, step), step))
                .toList();
    }

    private List<String> names() {
        return mlflow.run().metrics.stream()
                .map(line -> line.substring(0, line.lastIndexOf(' ')))
                .distinct()
                .toList();
    }

    @Test
    void namesThatMlflowDoesNotTakeAreMadeToFitAndRepeatNothing() {
        try (MlflowTracker tracker = open()) {
            mlflow.troubles.add(Trouble.BREAKS_HALFWAY);
            assertEquals(6, tracker.write(ofEach(ODD_NAMES, 1)));
        }
        try (MlflowTracker tracker = open()) {
            assertEquals(0, tracker.write(ofEach(ODD_NAMES, 1)));
            assertEquals(6, tracker.write(ofEach(ODD_NAMES, 2)));
        }
        assertEquals(12, mlflow.run().metrics.size());
        assertEquals(6, names().size(), names().toString());
        assertTrue(names().contains("frequency/a b"), "what fits stays");
        assertTrue(names().stream().anyMatch(name -> name.startsWith("frequency/trousers_ long")), names().toString());
    }

    @Test
    void namesThatBecomeTheSameStayTwoCurves() {
        List<String> alike =
                List.of("loss/a,b", "loss/a&b", "loss/a_b", "loss/" + "x".repeat(300), "loss/" + "x".repeat(299));
        try (MlflowTracker tracker = open()) {
            assertEquals(5, tracker.write(ofEach(alike, 1)));
        }
        assertEquals(5, names().size(), names().toString());
        assertTrue(names().contains("loss/a_b"), names().toString());
    }

    @Test
    void theEndIsTold() {
        Map<RunPhase, String> ends =
                Map.of(RunPhase.COMPLETED, "FINISHED", RunPhase.FAILED, "FAILED", RunPhase.STOPPED, "KILLED");
        ends.forEach((phase, status) -> {
            try (MlflowTracker tracker = open()) {
                tracker.end(MadeRecords.status("r", phase, 3, Instant.ofEpochMilli(77)));
            }
            assertEquals(status, mlflow.run().status);
            assertEquals(77, mlflow.run().endTime);
            assertEquals(phase.name(), mlflow.run().tags.get("saddle.phase"));
        });
    }

    @Test
    void credentialsAreSentAsMlflowsOwnClientsDo() {
        String basic = "Basic dTpw";
        mlflow.requireAuthorization(basic);
        open(
                        MadeRecords.run("r"),
                        Map.of(
                                "MLFLOW_TRACKING_USERNAME", "u",
                                "MLFLOW_TRACKING_PASSWORD", "p",
                                "MLFLOW_TRACKING_TOKEN", "t"))
                .close();
        mlflow.requireAuthorization("Bearer t");
        open(MadeRecords.run("r"), Map.of("MLFLOW_TRACKING_USERNAME", "u", "MLFLOW_TRACKING_TOKEN", "t"))
                .close();
    }

    @Test
    void aRefusalSaysWhatToSetAndShowsNoSecret() {
        mlflow.requireAuthorization("Bearer right");
        CommandException refused = assertThrows(
                CommandException.class, () -> open(MadeRecords.run("r"), Map.of("MLFLOW_TRACKING_TOKEN", "secret")));
        assertTrue(refused.getMessage().contains("HTTP 401"), refused.getMessage());
        assertTrue(refused.getMessage().contains("MLFLOW_TRACKING_TOKEN"), refused.getMessage());
        assertFalse(refused.getMessage().contains("secret"), refused.getMessage());
    }

    @Test
    void aServerThatIsNotThereIsNamed() {
        mlflow.close();
        CommandException away = assertThrows(CommandException.class, this::open);
        assertTrue(away.getMessage().contains("MLflow does not answer at " + mlflow.url()), away.getMessage());
        assertTrue(away.getMessage().contains("--mlflow"), away.getMessage());
    }

    /** A secret that is made out of a file ends with a line's end, and what the client says of that shows it. */
    @Test
    void aTokenIsTakenWithoutTheEndOfItsLineAndNeverShown() {
        mlflow.requireAuthorization("Bearer secret");
        open(MadeRecords.run("r"), Map.of("MLFLOW_TRACKING_TOKEN", "secret\n")).close();
        CommandException refused = assertThrows(
                CommandException.class, () -> open(MadeRecords.run("r"), Map.of("MLFLOW_TRACKING_TOKEN", "sec\nret")));
        assertEquals("MLFLOW_TRACKING_TOKEN: must be one line", refused.getMessage());
    }

    @Test
    void whatIsNoServersUrlIsRefusedWithoutSecrets() {
        for (String url : List.of("http://u:secret@host", "databricks", "file:///tmp", "http://bad host:secret")) {
            CommandException refused = assertThrows(CommandException.class, () -> new MlflowServer(url, Map.of()), url);
            assertTrue(refused.getMessage().startsWith("--mlflow: "), refused.getMessage());
            assertFalse(refused.getMessage().contains("secret"), refused.getMessage());
        }
    }
}
