package io.saddle.console.notification;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.saddle.console.streams.StoreSerde;
import io.saddle.schema.Alert;
import io.saddle.schema.AlertKind;
import io.saddle.schema.ConstraintMultiplier;
import io.saddle.schema.DesiredState;
import io.saddle.schema.ExecutionPhase;
import io.saddle.schema.ExecutionStatus;
import io.saddle.schema.Notification;
import io.saddle.schema.NotificationRule;
import io.saddle.schema.RunPhase;
import io.saddle.schema.RunStatus;
import io.saddle.schema.Severity;
import io.saddle.serde.Serdes;
import io.saddle.stack.testing.RecordBuilders;
import io.saddle.stack.testing.RegisteredSerdes;
import io.saddle.topic.Topic;
import io.saddle.topic.Topics;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import org.apache.avro.specific.SpecificRecord;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.apache.kafka.streams.KeyValue;
import org.apache.kafka.streams.StreamsConfig;
import org.apache.kafka.streams.TopologyTestDriver;
import org.apache.kafka.streams.state.KeyValueStore;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class NotificationTopologyTest {

    private static final Instant NOW = Instant.parse("2026-01-02T03:04:05Z");
    private static final Instant BEFORE = NOW.minusSeconds(60);

    @TempDir
    Path stateDir;

    private final Serdes serdes = RegisteredSerdes.ofAll();
    private final List<NotificationRule> rules = new ArrayList<>();
    private final Map<String, Map<String, String>> labels = new HashMap<>();
    private TopologyTestDriver driver;

    @BeforeEach
    void start() {
        driver = newDriver();
    }

    @AfterEach
    void stop() {
        driver.close();
    }

    private TopologyTestDriver newDriver() {
        Properties settings = new Properties();
        settings.put(StreamsConfig.APPLICATION_ID_CONFIG, "notification-test");
        settings.put(StreamsConfig.STATE_DIR_CONFIG, stateDir.toString());
        RuleBook book = new RuleBook() {
            @Override
            public Collection<NotificationRule> rules() {
                return rules;
            }

            @Override
            public Map<String, String> labels(String runId) {
                return labels.getOrDefault(runId, Map.of());
            }
        };
        return new TopologyTestDriver(NotificationTopology.of(serdes, book), settings, NOW);
    }

    private static RuleDefinition definition() {
        return new RuleDefinition("ops", null, null, null, null, null, null, null);
    }

    private static RuleDefinition ofRuns(String runs, List<String> labels, String... phases) {
        return new RuleDefinition("ops", runs, labels, List.of(phases), null, null, null, null);
    }

    private static RuleDefinition ofViolations(int dualSteps) {
        return new RuleDefinition("ops", null, null, null, null, dualSteps, null, null);
    }

    private static RuleDefinition ofFid(double worseThan) {
        return new RuleDefinition("ops", null, null, null, null, null, worseThan, null);
    }

    private static RuleDefinition ofAlerts(Severity least) {
        return new RuleDefinition("ops", null, null, null, null, null, null, least.name());
    }

    private void rule(String name, RuleDefinition definition) {
        assertEquals(List.of(), definition.problems(name));
        rules.add(definition.rule(name, BEFORE, BEFORE, "ann"));
    }

    private <T extends SpecificRecord> void pipe(Topic<T> topic, String key, T value) {
        byte[] bytes = value == null ? null : serdes.serializer(topic).serialize(topic.name(), value);
        driver.createInputTopic(topic.name(), new StringSerializer(), new ByteArraySerializer())
                .pipeInput(key, bytes);
    }

    private void status(String run, RunPhase phase, Instant at) {
        pipe(
                Topics.RUN_STATUS,
                run,
                RunStatus.newBuilder()
                        .setRunId(run)
                        .setPhase(phase)
                        .setStep(50)
                        .setTotalSteps(100)
                        .setDualStep(3)
                        .setWorker("w")
                        .setMessage("the loss is not finite")
                        .setUpdatedAt(at)
                        .build());
    }

    private void status(String run, RunPhase phase) {
        status(run, phase, NOW);
    }

    private void execution(int round, ExecutionPhase phase) {
        pipe(
                Topics.EXECUTION_STATUS,
                "p-1",
                ExecutionStatus.newBuilder()
                        .setExecutionId("p-1")
                        .setPipeline("p")
                        .setPipelineRevision(2)
                        .setRevision(1)
                        .setDesiredState(DesiredState.RUNNING)
                        .setRound(round)
                        .setPhase(phase)
                        .setSteps(List.of())
                        .setMessage("a: so it is")
                        .setStartedAt(BEFORE)
                        .setUpdatedAt(NOW)
                        .build());
    }

    /** @param slack null: the step does not move it */
    private void dualStep(long dualStep, Double slack) {
        ConstraintMultiplier four = RecordBuilders.multiplier("four", 1, 2)
                .setLoss(slack == null ? null : 0.1 - slack)
                .setThreshold(0.1)
                .setSlack(slack)
                .build();
        pipe(
                Topics.MULTIPLIERS,
                "r",
                RecordBuilders.update("r", dualStep, 10 * dualStep, four)
                        .setUpdatedAt(NOW)
                        .build());
    }

    private void score(long step, boolean last, double fid) {
        pipe(
                Topics.FID_SCORES,
                "r",
                RecordBuilders.score("r", step, fid)
                        .setLast(last)
                        .setEvaluatedAt(NOW)
                        .build());
    }

    private void alert(String run, AlertKind kind, Severity severity) {
        pipe(
                Topics.ALERTS,
                run,
                Alert.newBuilder()
                        .setRunId(run)
                        .setKind(kind)
                        .setSeverity(severity)
                        .setMessage("the disk is full")
                        .setRemedy("make room")
                        .setService("primal-trainer")
                        .setRaisedAt(NOW)
                        .build());
    }

    private List<Notification> told() {
        List<KeyValue<String, Notification>> records = driver.createOutputTopic(
                        Topics.NOTIFICATIONS.name(),
                        new StringDeserializer(),
                        serdes.deserializer(Topics.NOTIFICATIONS))
                .readKeyValuesToList();
        records.forEach(record -> assertEquals(record.key, record.value.getEventId()));
        return records.stream().map(record -> record.value).toList();
    }

    private List<String> ids() {
        return told().stream().map(Notification::getEventId).toList();
    }

    @Test
    void theEndOfARunIsToldOnceHoweverOftenItIsSaid() {
        rule("ends", ofRuns(null, null, "FAILED", "COMPLETED"));
        status("r", RunPhase.TRAINING);
        assertEquals(List.of(), ids());
        status("r", RunPhase.FAILED);
        Notification told = told().get(0);
        assertEquals("ends/RUN_ENDED/r/FAILED", told.getEventId());
        assertEquals("ops", told.getChannel());
        assertEquals(Severity.ERROR, told.getSeverity());
        assertEquals("run r has failed at step 50 of 100", told.getTitle());
        assertEquals("the loss is not finite", told.getMessage());
        assertEquals("FAILED", told.getFacts().get("phase"));
        status("r", RunPhase.FAILED);
        status("s", RunPhase.STOPPED);
        assertEquals(List.of(), ids());
        status("t", RunPhase.COMPLETED);
        assertEquals(List.of("ends/RUN_ENDED/t/COMPLETED"), ids());
    }

    /** Topics that are not compacted take it: it stopped all notifications for good. */
    @Test
    void aRecordWithoutAKeyTellsNothing() {
        rule("worse", ofFid(10));
        pipe(
                Topics.FID_SCORES,
                null,
                RecordBuilders.score("r", 20, 900).setEvaluatedAt(NOW).build());
        rule("ends", ofRuns(null, null, "FAILED"));
        status("r", RunPhase.FAILED);
        assertEquals(List.of("ends/RUN_ENDED/r/FAILED"), ids());
    }

    @Test
    void aRuleSpeaksOfTheRunsOfItsPatternAndLabelsOnly() {
        rule("night", ofRuns("night-*", List.of("team=vision", "!draft"), "COMPLETED"));
        labels.put("night-1", Map.of("team", "vision"));
        labels.put("night-2", Map.of("team", "vision", "draft", ""));
        labels.put("day-1", Map.of("team", "vision"));
        for (String run : List.of("night-1", "night-2", "night-3", "day-1")) {
            status(run, RunPhase.COMPLETED);
        }
        assertEquals(List.of("night/RUN_ENDED/night-1/COMPLETED"), ids());
    }

    @Test
    void aRuleDoesNotSpeakOfThePast() {
        rule("ends", ofRuns(null, null, "FAILED"));
        status("old", RunPhase.FAILED, BEFORE.minusMillis(1));
        assertEquals(List.of(), ids());
        status("new", RunPhase.FAILED, BEFORE);
        assertEquals(List.of("ends/RUN_ENDED/new/FAILED"), ids());
    }

    @Test
    void whatIsOlderThanNotificationsAreKeptIsNotTold() {
        Instant longAgo = NOW.minus(RuleScope.LONGEST_AGO);
        rules.add(ofRuns(null, null, "FAILED").rule("ends", Instant.EPOCH, Instant.EPOCH, null));
        status("older", RunPhase.FAILED, longAgo.minusMillis(1));
        status("not-older", RunPhase.FAILED, longAgo);
        assertEquals(List.of("ends/RUN_ENDED/not-older/FAILED"), ids());
    }

    @Test
    void everyRoundOfAnExecutionEndsByItself() {
        rule("pipelines", new RuleDefinition("ops", "p", null, null, List.of("FAILED", "SUCCEEDED"), null, null, null));
        execution(1, ExecutionPhase.RUNNING);
        execution(1, ExecutionPhase.FAILED);
        execution(1, ExecutionPhase.FAILED);
        execution(2, ExecutionPhase.RUNNING);
        execution(2, ExecutionPhase.FAILED);
        execution(3, ExecutionPhase.SUCCEEDED);
        assertEquals(
                List.of(
                        "pipelines/EXECUTION_ENDED/p-1/1-FAILED",
                        "pipelines/EXECUTION_ENDED/p-1/2-FAILED",
                        "pipelines/EXECUTION_ENDED/p-1/3-SUCCEEDED"),
                ids());
    }

    @Test
    void aViolationIsToldAfterItsDualStepsAndOnceUntilItIsMet() {
        rule("held", ofViolations(3));
        dualStep(1, -0.1);
        dualStep(2, -0.1);
        dualStep(2, -0.1);
        dualStep(3, null);
        assertEquals(List.of(), ids());
        dualStep(4, -0.1);
        Notification told = told().get(0);
        assertEquals(violation(1, BEFORE), told.getEventId());
        assertEquals("run r has violated four for 3 dual steps", told.getTitle());
        assertEquals("loss 0.2, threshold 0.1, multiplier 2", told.getMessage());
        dualStep(5, -0.1);
        dualStep(6, 0.0);
        dualStep(7, -0.1);
        dualStep(8, -0.1);
        assertEquals(List.of(), ids());
        dualStep(9, -0.1);
        assertEquals(List.of(violation(7, BEFORE)), ids());
    }

    @Test
    void aNewRuleSpeaksOfAViolationThatGoesOn() {
        for (int dualStep = 1; dualStep < 5; dualStep++) {
            dualStep(dualStep, -0.1);
        }
        rule("held", ofViolations(3));
        assertEquals(List.of(), ids());
        dualStep(5, -0.1);
        dualStep(6, -0.1);
        assertEquals(List.of(violation(1, BEFORE)), ids());
    }

    /** The event's id: with one that was delivered before, nobody was told of a rule that was made anew on the same channel. */
    private static String violation(int since, Instant ruleMadeAt) {
        return "held/CONSTRAINT_VIOLATED/r.four/" + since + "-" + ruleMadeAt.toEpochMilli();
    }

    /** It had spoken on the wrong channel; made anew for the right one, it said nothing. */
    @Test
    void aRuleThatWasMadeAnewSpeaksOfAViolationThatGoesOn() {
        rule("held", ofViolations(1));
        dualStep(1, -0.1);
        dualStep(2, -0.1);
        assertEquals(List.of(violation(1, BEFORE)), ids());
        rules.clear();
        rules.add(ofViolations(1).rule("held", BEFORE.plusSeconds(1), BEFORE.plusSeconds(1), "ann"));
        dualStep(3, -0.1);
        dualStep(4, -0.1);
        assertEquals(List.of(violation(1, BEFORE.plusSeconds(1))), ids());
    }

    @Test
    void aModelIsToldOfWhenTheOneBeforeWasGoodEnoughOrWhenItIsTheFinishedOne() {
        rule("quality", ofFid(40));
        score(10, false, 300);
        score(20, false, 90);
        score(30, false, 40);
        assertEquals(List.of(), ids());
        score(40, false, 41);
        score(40, false, 41);
        score(50, false, 60);
        assertEquals(List.of("quality/FID_WORSE/r/40"), ids());
        score(50, true, 60);
        assertEquals(List.of("quality/FID_WORSE/r/50-last"), ids());
    }

    @Test
    void aDistanceUnderAnotherNetworkIsNotHeldAgainstTheOneBefore() {
        rule("quality", ofFid(40));
        score(10, false, 30);
        pipe(
                Topics.FID_SCORES,
                "r",
                RecordBuilders.score("r", 20, 90)
                        .setFeatureExtractor("another")
                        .setEvaluatedAt(NOW)
                        .build());
        assertEquals(List.of(), ids());
    }

    @Test
    void alertsAreToldFromASeverityOn() {
        rule("alerts", ofAlerts(Severity.WARNING));
        alert("r", AlertKind.OTHER, Severity.INFO);
        alert("r", AlertKind.DISK_FULL, Severity.WARNING);
        alert("", AlertKind.DISK_FULL, Severity.ERROR);
        List<Notification> told = told();
        assertEquals(2, told.size());
        assertEquals("r: the disk is full", told.get(0).getTitle());
        assertEquals("make room", told.get(0).getMessage());
        assertEquals("primal-trainer: the disk is full", told.get(1).getTitle());
        assertEquals(2, told.stream().map(Notification::getEventId).distinct().count());
    }

    @Test
    void anAlertOfAnExecutionIsKnownByItsPipelinesNameToo() {
        rule("pipelines", new RuleDefinition("ops", "learn-9", null, null, null, null, null, "ERROR"));
        for (String execution : List.of("learn-9-1", "learn-1")) {
            pipe(
                    Topics.ALERTS,
                    execution,
                    Alert.newBuilder()
                            .setRunId("")
                            .setExecutionId(execution)
                            .setKind(AlertKind.EXECUTION_FAILED)
                            .setSeverity(Severity.ERROR)
                            .setMessage("a step failed")
                            .setRemedy("look")
                            .setService("console")
                            .setRaisedAt(NOW)
                            .build());
        }
        assertEquals(
                List.of("learn-9-1"),
                told().stream().map(Notification::getExecutionId).toList());
    }

    /** It would be told to a channel that cannot be told. */
    @Test
    void thatANotificationFailedIsNoNotification() {
        rule("alerts", ofAlerts(Severity.INFO));
        alert("", AlertKind.NOTIFICATION_FAILED, Severity.ERROR);
        assertEquals(List.of(), ids());
    }

    @Test
    void everyRuleSpeaksForItself() {
        rule("a", ofRuns(null, null, "FAILED"));
        rule("b", ofRuns("r", null, "FAILED", "STOPPED"));
        status("r", RunPhase.FAILED);
        assertEquals(List.of("a/RUN_ENDED/r/FAILED", "b/RUN_ENDED/r/FAILED"), ids());
    }

    /** A crash anywhere is Kafka Streams' own affair; what it leaves is the store. */
    @Test
    void nothingIsToldTwiceByTheStoreAlone() {
        rule("ends", ofRuns(null, null, "FAILED"));
        rule("held", ofViolations(2));
        rule("quality", ofFid(40));
        status("r", RunPhase.FAILED);
        dualStep(1, -0.1);
        dualStep(2, -0.1);
        score(10, false, 30);
        score(20, false, 50);
        assertEquals(3, ids().size());
        byte[] changelog = StoreSerde.of(WatchedSubject.class)
                .serializer()
                .serialize(
                        "changelog",
                        driver.<String, WatchedSubject>getKeyValueStore(NotificationProcessor.STORE)
                                .get("r"));
        driver.close();

        driver = newDriver();
        KeyValueStore<String, WatchedSubject> store = driver.getKeyValueStore(NotificationProcessor.STORE);
        store.put("r", StoreSerde.of(WatchedSubject.class).deserializer().deserialize("changelog", changelog));
        status("r", RunPhase.FAILED);
        dualStep(2, -0.1);
        dualStep(3, -0.1);
        score(20, false, 50);
        score(30, false, 55);
        assertEquals(List.of(), ids());
    }

    @Test
    void whatCannotBeReadIsPassedOver() {
        rule("ends", ofRuns(null, null, "FAILED"));
        driver.createInputTopic(Topics.RUN_STATUS.name(), new StringSerializer(), new ByteArraySerializer())
                .pipeInput("r", new byte[] {1, 2, 3});
        status("r", RunPhase.FAILED);
        assertEquals(1, ids().size());
    }

    @Test
    void aRunThatIsDeletedWithItsHistoryIsForgotten() {
        status("r", RunPhase.FAILED);
        pipe(Topics.RUN_STATUS, "r", null);
        assertEquals(
                0,
                driver.<String, WatchedSubject>getKeyValueStore(NotificationProcessor.STORE)
                        .approximateNumEntries());
    }

    @Test
    void everyMistakeOfARuleIsSaidAtOnce() {
        RuleDefinition wrong = new RuleDefinition(
                "", "x".repeat(201), List.of("a b"), List.of("TRAINING"), List.of("DONE"), 0, Double.NaN, "BAD");
        List<String> places =
                wrong.problems("a name").stream().map(problem -> problem.path()).toList();
        assertEquals(
                List.of(
                        "name",
                        "channel",
                        "runs",
                        "labels",
                        "runPhases",
                        "executionPhases",
                        "alertSeverity",
                        "violatedDualSteps",
                        "fidWorseThan"),
                places);
        assertTrue(definition().problems("n").get(0).message().startsWith("says nothing"));
    }
}
