package io.saddle.dualupdater;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.saddle.kafka.RecordHistory;
import io.saddle.run.spec.RunSpecParser;
import io.saddle.run.spec.Submission;
import io.saddle.run.spec.Submissions;
import io.saddle.schema.Alert;
import io.saddle.schema.AlertKind;
import io.saddle.schema.ConstraintDefinition;
import io.saddle.schema.ConstraintMultiplier;
import io.saddle.schema.ConstraintState;
import io.saddle.schema.LossEstimate;
import io.saddle.schema.MultiplierUpdate;
import io.saddle.schema.TrainingRun;
import io.saddle.serde.Serdes;
import io.saddle.stack.testing.ListedPast;
import io.saddle.stack.testing.RegisteredSerdes;
import io.saddle.topic.DeadLetterHeaders;
import io.saddle.topic.Topic;
import io.saddle.topic.Topics;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.apache.avro.specific.SpecificRecord;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.apache.kafka.streams.KeyValue;
import org.apache.kafka.streams.StreamsConfig;
import org.apache.kafka.streams.TestOutputTopic;
import org.apache.kafka.streams.TopologyTestDriver;
import org.apache.kafka.streams.state.KeyValueStore;
import org.apache.kafka.streams.test.TestRecord;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class DualTopologyTest {

    private static final Instant NOW = Instant.parse("2026-01-02T03:04:05Z");

    @TempDir
    Path stateDir;

    private final Serdes serdes = RegisteredSerdes.ofAll();
    private final SimpleMeterRegistry meters = new SimpleMeterRegistry();
    private final Submissions submissions = new Submissions(new RunSpecParser(), Clock.fixed(NOW, ZoneOffset.UTC));
    private final Map<String, Integer> homes = new HashMap<>();
    private ListedPast past = new ListedPast();
    private TopologyTestDriver driver;

    @BeforeEach
    void start() throws Exception {
        driver = newDriver();
    }

    @AfterEach
    void stop() {
        driver.close();
    }

    private TopologyTestDriver newDriver() {
        return newDriver(past);
    }

    private TopologyTestDriver newDriver(RecordHistory past) {
        Properties settings = new Properties();
        settings.put(StreamsConfig.APPLICATION_ID_CONFIG, "dual-test");
        settings.put(StreamsConfig.STATE_DIR_CONFIG, stateDir.toString());
        return new TopologyTestDriver(
                DualTopology.buildTopology(serdes, run -> homes.getOrDefault(run, 0), past, new PauseSwitch(), meters),
                settings,
                NOW);
    }

    private void raw(Topic<?> topic, String key, byte[] value) {
        driver.createInputTopic(topic.name(), new StringSerializer(), new ByteArraySerializer())
                .pipeInput(key, value);
    }

    private <T extends SpecificRecord> void send(Topic<T> topic, String key, T value) {
        raw(topic, key, serdes.serializer(topic).serialize(topic.name(), value));
    }

    private void submit(Submission submission) {
        for (ConstraintDefinition constraint : submission.constraints()) {
            String key = Topics.constraintKey(constraint.getRunId(), constraint.getConstraintId());
            send(Topics.CONSTRAINTS, key, constraint);
        }
        send(Topics.RUNS, submission.run().getRunId(), submission.run());
    }

    private void submitTwo(String name, String mode) {
        submit(submission(name, mode));
    }

    private Submission submission(String name, String mode) {
        String yaml = """
                name: %s
                dual: {mode: %s, learningRate: 0.5, multiplierLimit: 1}
                constraints:
                  - {id: a, threshold: 0.25, data: {classes: {4: {}}}}
                  - {id: b, threshold: 0.25, data: {classes: {5: {}}}}
                """.formatted(name, mode);
        return submissions.submission(new RunSpecParser().parse("run.yaml", yaml), "ada");
    }

    private void estimated(String runId, String constraintId, long step, long dualStep, double loss) {
        send(Topics.LOSS_ESTIMATES, runId, MadeEstimates.estimate(runId, constraintId, step, dualStep, loss));
    }

    /** Estimates of a and b of run-1: 0.5 and 0.1 above their thresholds. */
    private void bothEstimated(long step, long dualStep) {
        estimated("run-1", "a", step, dualStep, 0.75);
        estimated("run-1", "b", step, dualStep, 0.35);
    }

    private <T extends SpecificRecord> List<KeyValue<String, T>> output(Topic<T> topic) {
        return driver.createOutputTopic(topic.name(), new StringDeserializer(), serdes.deserializer(topic))
                .readKeyValuesToList();
    }

    private TestRecord<String, byte[]> deadLetter(Topic<?> topic) {
        TestOutputTopic<String, byte[]> letters =
                driver.createOutputTopic(topic.deadLetterName(), new StringDeserializer(), new ByteArrayDeserializer());
        TestRecord<String, byte[]> letter = letters.readRecord();
        assertTrue(letters.isEmpty(), "one dead letter");
        return letter;
    }

    private static String header(TestRecord<String, byte[]> letter, String name) {
        return new String(letter.headers().lastHeader(name).value(), UTF_8);
    }

    /** Retention took letters of records without a time, or of old ones read again, within minutes. */
    @Test
    void aLetterIsKeptFromTheTimeThatItWasWritten() {
        driver.createInputTopic(Topics.LOSS_ESTIMATES.name(), new StringSerializer(), new ByteArraySerializer())
                .pipeInput("run-1", new byte[] {1, 2, 3}, 0L);
        assertEquals(NOW.toEpochMilli(), deadLetter(Topics.LOSS_ESTIMATES).timestamp());
    }

    private void verdicts(Map<Verdict, Integer> expected) {
        expected.forEach((verdict, count) -> assertEquals(
                (double) count,
                meters.counter("saddle.dual.estimates", "verdict", verdict.name())
                        .count(),
                verdict.name()));
    }

    @Test
    void estimatesMakeOneUpdateForEachDualStepKeyedByRun() {
        submitTwo("run-1", "LOCKSTEP");
        estimated("run-1", "a", 20, 0, 0.75);
        assertEquals(List.of(), output(Topics.MULTIPLIERS));
        estimated("run-1", "b", 20, 0, 0.35);
        estimated("run-1", "b", 40, 1, 0.35);
        estimated("run-1", "a", 20, 0, 0.75);
        estimated("run-1", "a", 40, 1, 0.75);

        List<KeyValue<String, MultiplierUpdate>> updates = output(Topics.MULTIPLIERS);

        assertEquals(List.of("run-1", "run-1"), updates.stream().map(u -> u.key).toList());
        assertEquals(
                List.of(1L, 2L),
                updates.stream().map(u -> u.value.getDualStep()).toList());
        assertEquals(20, updates.get(0).value.getStep());
        assertEquals(0.5, updates.get(1).value.getConstraints().get(0).getAfter());
        assertEquals(0.1, updates.get(1).value.getConstraints().get(1).getAfter(), 1e-15);
        assertEquals(NOW, updates.get(0).value.getUpdatedAt());
        verdicts(Map.of(Verdict.STEPPED, 2, Verdict.WAITING, 2, Verdict.LATE, 1));
    }

    @Test
    void runsDoNotDisturbEachOther() {
        submitTwo("run-1", "LOCKSTEP");
        submitTwo("run-2", "ASYNC");
        estimated("run-1", "a", 20, 0, 0.75);
        estimated("run-2", "b", 20, 0, 0.35);

        List<KeyValue<String, MultiplierUpdate>> updates = output(Topics.MULTIPLIERS);

        assertEquals(1, updates.size());
        assertEquals("run-2", updates.get(0).key);
        assertEquals("run-2", updates.get(0).value.getRunId());
    }

    @Test
    void theOrderInWhichRunConstraintsAndEstimatesComeMakesNoDifference() {
        bothEstimated(20, 0);
        submitTwo("run-1", "LOCKSTEP");
        assertEquals(1, output(Topics.MULTIPLIERS).size());
    }

    @Test
    void aMultiplierPastItsLimitRaisesAnAlertAndOneAtEachDoubling() {
        submitTwo("run-1", "ASYNC");
        estimated("run-1", "a", 20, 0, 3.25);
        estimated("run-1", "a", 40, 1, 0.75);
        estimated("run-1", "a", 60, 1, 3.25);

        List<KeyValue<String, Alert>> alerts = output(Topics.ALERTS);

        assertEquals(
                List.of(20L, 60L),
                alerts.stream().map(alert -> alert.value.getStep()).toList());
        assertEquals("run-1", alerts.get(0).key);
        assertEquals(AlertKind.INFEASIBLE, alerts.get(0).value.getKind());
        assertEquals("dual-updater", alerts.get(0).value.getService());
    }

    @ParameterizedTest
    @ValueSource(strings = {"saddle.runs", "saddle.constraints", "saddle.loss-estimates"})
    void whatCannotBeReadGoesToTheDeadLettersAndTheLoopGoesOn(String name) {
        Topic<?> topic = Topics.named(name);
        byte[] garbage = {9, 8, 7};
        submitTwo("run-1", "ASYNC");
        raw(topic, "run-1", garbage);
        estimated("run-1", "a", 20, 0, 0.75);

        TestRecord<String, byte[]> letter = deadLetter(topic);
        assertArrayEquals(garbage, letter.value());
        assertEquals("run-1", letter.key());
        assertEquals(name, header(letter, DeadLetterHeaders.TOPIC));
        assertEquals("0", header(letter, DeadLetterHeaders.PARTITION));
        assertTrue(Long.parseLong(header(letter, DeadLetterHeaders.OFFSET)) >= 0);
        assertEquals("dual-updater", header(letter, DeadLetterHeaders.SERVICE));
        assertTrue(
                header(letter, DeadLetterHeaders.REASON).contains("wire format"),
                header(letter, DeadLetterHeaders.REASON));
        assertEquals(1, output(Topics.MULTIPLIERS).size());
    }

    /** A packed batch may hold more than any topic takes: its letter could not be written, and the updater stood still. */
    @Test
    void ofAnUnreadableRecordThatIsTooLargeForALetterTheRestIsTold() {
        byte[] large = new byte[3 << 20];
        large[0] = 9;
        raw(Topics.LOSS_ESTIMATES, "run-1", large);
        TestRecord<String, byte[]> letter = deadLetter(Topics.LOSS_ESTIMATES);
        assertNull(letter.value());
        assertEquals("3145728", header(letter, DeadLetterHeaders.OMITTED));
        assertTrue(header(letter, DeadLetterHeaders.REASON).contains("wire format"));
    }

    /** It looked like a new letter, and was offered for replay again. */
    @Test
    void aReplayedRecordThatFailsAgainIsKnownByItsLetter() {
        submitTwo("run-1", "ASYNC");
        RecordHeaders headers = new RecordHeaders();
        headers.add(DeadLetterHeaders.REPLAYED, "saddle.loss-estimates-0@7".getBytes(UTF_8));
        headers.add(DeadLetterHeaders.REASON, "an older one".getBytes(UTF_8));
        driver.createInputTopic(Topics.LOSS_ESTIMATES.name(), new StringSerializer(), new ByteArraySerializer())
                .pipeInput(new TestRecord<>("run-1", new byte[] {9, 8, 7}, headers));

        TestRecord<String, byte[]> letter = deadLetter(Topics.LOSS_ESTIMATES);
        assertEquals("saddle.loss-estimates-0@7", header(letter, DeadLetterHeaders.REPLAYED));
        assertTrue(header(letter, DeadLetterHeaders.REASON).contains("wire format"));
    }

    @Test
    void aRecordThatIsCutOffGoesToTheDeadLetters() {
        byte[] whole = serdes.serializer(Topics.LOSS_ESTIMATES)
                .serialize("", MadeEstimates.estimate("run-1", "a", 20, 0, 0.75));
        byte[] half = Arrays.copyOf(whole, whole.length / 2);
        raw(Topics.LOSS_ESTIMATES, "run-1", half);
        assertArrayEquals(half, deadLetter(Topics.LOSS_ESTIMATES).value());
    }

    @Test
    void aRecordOfAnotherTopicsTypeGoesToTheDeadLetters() {
        byte[] wrong = serdes.serializer(Topics.LOSS_ESTIMATES)
                .serialize("", MadeEstimates.estimate("run-1", "a", 20, 0, 0.75));
        raw(Topics.CONSTRAINTS, "run-1/a", wrong);
        assertArrayEquals(wrong, deadLetter(Topics.CONSTRAINTS).value());
    }

    @Test
    void aRunWhoseSpecificationCannotBeReadGoesToTheDeadLettersAsItCame() {
        TrainingRun bad = TrainingRun.newBuilder(submissions
                        .submission(new RunSpecParser().parse("run.yaml", "name: run-1"), "ada")
                        .run())
                .setSpec("{\"name\": \"run-1\", \"dual\": {\"mode\": \"SOMETIMES\"}}")
                .build();
        send(Topics.RUNS, "run-1", bad);

        TestRecord<String, byte[]> letter = deadLetter(Topics.RUNS);
        assertEquals(bad, serdes.deserializer(Topics.RUNS).deserialize("", letter.value()));
        assertTrue(
                header(letter, DeadLetterHeaders.REASON).contains("dual.mode"),
                header(letter, DeadLetterHeaders.REASON));

        submitTwo("run-1", "ASYNC");
        estimated("run-1", "a", 20, 0, 0.75);
        assertEquals(1, output(Topics.MULTIPLIERS).size());
    }

    @Test
    void aRecordWithoutAKeyGoesToTheDeadLetters() {
        send(Topics.LOSS_ESTIMATES, null, MadeEstimates.estimate("run-1", "a", 20, 0, 0.75));
        assertEquals("no key", header(deadLetter(Topics.LOSS_ESTIMATES), DeadLetterHeaders.REASON));
    }

    private static LossEstimate ofNobody(String runId, String constraintId, String evaluator) {
        return LossEstimate.newBuilder(MadeEstimates.estimate(runId, constraintId, 20, 0, 0.75))
                .setEvaluator(evaluator)
                .build();
    }

    /** It was kept, its state was more than a changelog takes, and the same record stopped its partition again and again. */
    @ParameterizedTest
    @ValueSource(strings = {"run", "constraint", "evaluator"})
    void anEstimateWithAnEndlessNameGoesToTheDeadLettersAndTheLoopGoesOn(String which) {
        String endless = "x".repeat(300_000);
        submitTwo("run-1", "ASYNC");
        LossEstimate huge = ofNobody(
                "run-1",
                which.equals("constraint") ? endless : "unknown",
                which.equals("evaluator") ? endless : "denoising-loss");
        send(Topics.LOSS_ESTIMATES, which.equals("run") ? endless : "run-1", huge);
        estimated("run-1", "a", 20, 0, 0.75);

        TestRecord<String, byte[]> letter = deadLetter(Topics.LOSS_ESTIMATES);
        assertEquals(huge, serdes.deserializer(Topics.LOSS_ESTIMATES).deserialize("", letter.value()));
        assertEquals(
                "the name of its " + which + " has 300000 characters, more than 255: name it shorter",
                header(letter, DeadLetterHeaders.REASON));
        assertEquals(1, output(Topics.MULTIPLIERS).size());
    }

    private static ConstraintDefinition endless(ConstraintDefinition definition) {
        return ConstraintDefinition.newBuilder(definition)
                .setConstraintId("x".repeat(300_000))
                .build();
    }

    @Test
    void aConstraintWithAnEndlessNameGoesToTheDeadLettersAndHoldsUpNoRebuild() {
        Submission submission = submission("run-1", "ASYNC");
        ConstraintDefinition endless = endless(submission.constraints().get(0));
        submit(submission);
        send(Topics.CONSTRAINTS, "run-1/x", endless);
        estimated("run-1", "a", 20, 0, 0.75);

        assertTrue(header(deadLetter(Topics.CONSTRAINTS), DeadLetterHeaders.REASON)
                .startsWith("the name of its constraint has 300000 characters"));
        loseStateAndOffsets(output(Topics.MULTIPLIERS), () -> {
            past.add(Topics.RUNS, submission.run());
            past.add(Topics.CONSTRAINTS, endless);
            submission.constraints().forEach(definition -> past.add(Topics.CONSTRAINTS, definition));
        });
        estimated("run-1", "a", 40, 1, 0.75);
        assertEquals(List.of(2L), dualSteps(output(Topics.MULTIPLIERS)));
    }

    /** A changelog takes 1 MB, names of control characters are the longest in JSON. */
    @Test
    void asManyEstimatesAsAreKeptFitIntoTheChangelogWhateverTheirNames() {
        String longest = "\1".repeat(250);
        for (int i = 0; i <= 256; i++) {
            send(Topics.LOSS_ESTIMATES, "run-1", ofNobody("run-1", longest + (1000 + i), longest + "-eval"));
        }

        DualRun kept =
                driver.<String, DualRun>getKeyValueStore(DualProcessor.STORE).get("run-1");
        assertEquals(
                DualRun.EARLY_BYTES / kept.early().get(0).mostBytes(),
                kept.early().size());
        assertTrue(DualRunSerde.create().serializer().serialize("", kept).length < 900_000);
    }

    @Test
    void aTombstoneIsPassedOver() {
        raw(Topics.RUNS, "run-1", null);
        submitTwo("run-1", "ASYNC");
        estimated("run-1", "a", 20, 0, 0.75);
        assertEquals(1, output(Topics.MULTIPLIERS).size());
    }

    @Test
    void whatTheChangelogHoldsIsEnoughForAnotherProcessToGoOn() {
        submitTwo("run-1", "LOCKSTEP");
        bothEstimated(20, 0);
        estimated("run-1", "a", 40, 1, 0.75);
        restart(past);

        estimated("run-1", "a", 20, 0, 0.75);
        assertEquals(List.of(), output(Topics.MULTIPLIERS), "an estimate replayed after the restart");
        estimated("run-1", "b", 40, 1, 0.35);
        List<KeyValue<String, MultiplierUpdate>> updates = output(Topics.MULTIPLIERS);
        assertEquals(2, updates.get(0).value.getDualStep());
        assertEquals(0.25, updates.get(0).value.getConstraints().get(0).getBefore());
        assertEquals(0.5, updates.get(0).value.getConstraints().get(0).getAfter());
    }

    /** Another process that has what the changelog holds. */
    private void restart(RecordHistory past) {
        Map<String, DualRun> changelog = driver.createOutputTopic(
                        "dual-test-" + DualProcessor.STORE + "-changelog",
                        new StringDeserializer(),
                        DualRunSerde.create().deserializer())
                .readKeyValuesToMap();
        driver.close();
        driver = newDriver(past);
        KeyValueStore<String, DualRun> restored = driver.getKeyValueStore(DualProcessor.STORE);
        changelog.forEach(restored::put);
    }

    /** While services were exchanged: it waited for multipliers until somebody replayed the dead letter by hand. */
    @Test
    void aRunThatABuildBeforeHasRefusedIsTakenUpWithItsEstimatesThoughNoRecordComes() {
        Submission submission = submission("run-1", "LOCKSTEP");
        TrainingRun ofTheNextBuild = TrainingRun.newBuilder(submission.run())
                .setSpec(submission.run().getSpec().replaceFirst("\\{", "{\"novelty\": 1, "))
                .build();
        submit(new Submission(ofTheNextBuild, submission.constraints()));
        assertEquals(
                ofTheNextBuild,
                serdes.deserializer(Topics.RUNS)
                        .deserialize("", deadLetter(Topics.RUNS).value()));
        bothEstimated(20, 0);
        assertEquals(List.of(), output(Topics.MULTIPLIERS));

        past.add(Topics.RUNS, submission.run());
        GatedPast read = new GatedPast(past);
        restart(read);
        read.open();
        List<KeyValue<String, MultiplierUpdate>> updates = await().until(
                        () -> {
                            driver.advanceWallClockTime(Duration.ofSeconds(1));
                            return output(Topics.MULTIPLIERS);
                        },
                        made -> !made.isEmpty());

        assertEquals(List.of(1L), dualSteps(updates));
        assertEquals(0.25, updates.get(0).value.getConstraints().get(0).getAfter());
    }

    /** The mark went with the older revision, and the run went on under it for good. */
    @Test
    void anOlderRevisionOfARefusedRunIsNotTakenUpInItsPlace() {
        Submission submission = submission("run-1", "LOCKSTEP");
        submit(submission);
        TrainingRun second = TrainingRun.newBuilder(submission.run())
                .setRevision(submission.run().getRevision() + 1)
                .build();
        TrainingRun ofTheNextBuild = TrainingRun.newBuilder(second)
                .setSpec(second.getSpec().replaceFirst("\\{", "{\"novelty\": 1, "))
                .build();
        send(Topics.RUNS, "run-1", ofTheNextBuild);
        deadLetter(Topics.RUNS);

        past.add(Topics.RUNS, submission.run());
        past.add(Topics.RUNS, ofTheNextBuild);
        restart(past);
        bothEstimated(20, 0);
        assertEquals(submission.run().getRevision(), stored("run-1").settings().revision());
        assertEquals(Set.of("run-1"), RefusedRuns.of(driver.<String, DualRun>getKeyValueStore(DualProcessor.STORE)));

        ListedPast readable = new ListedPast();
        readable.add(Topics.RUNS, submission.run());
        readable.add(Topics.RUNS, second);
        past = readable;
        restart(readable);
        bothEstimated(40, 1);
        assertEquals(second.getRevision(), stored("run-1").settings().revision());
    }

    /** It was taken up there when the task began again, and made dual steps of its own. */
    @Test
    void aRunThatLiesInAnotherPartitionIsNotTakenUpThere() {
        homes.put("run-1", 7);
        Submission submission = submission("run-1", "LOCKSTEP");
        send(Topics.RUNS, "run-1", submission.run());
        deadLetter(Topics.RUNS);
        past.add(Topics.RUNS, submission.run());
        submission.constraints().forEach(constraint -> past.add(Topics.CONSTRAINTS, constraint));
        restart(past);
        send(Topics.RUNS, "run-2", submission("run-2", "LOCKSTEP").run());

        assertNull(stored("run-1"));
    }

    private DualRun stored(String runId) {
        return driver.<String, DualRun>getKeyValueStore(DualProcessor.STORE).get(runId);
    }

    @Test
    void ofADeletedRunNothingIsKeptButTheDualStepThatItsLogEndsWith() {
        submitTwo("run-1", "LOCKSTEP");
        bothEstimated(20, 0);
        estimated("run-1", "a", 40, 1, 0.75);
        output(Topics.MULTIPLIERS).forEach(update -> past.add(Topics.MULTIPLIERS, update.value));
        raw(Topics.RUNS, "run-1", null);

        DualRun left = stored("run-1");
        assertEquals(new DualRun("run-1", null, 1, new TreeMap<>(), new TreeMap<>(), List.of(), false, -1), left);
        StoredRuns stored = new StoredRuns(driver.getKeyValueStore(DualProcessor.STORE));
        assertEquals(
                RecoveredRuns.NONE,
                new DualRebuild(past, run -> null, run -> 0).missing(0, stored),
                "no rebuild at each start");

        submitTwo("run-2", "ASYNC");
        estimated("run-2", "a", 20, 0, 0.75);
        estimated("run-1", "b", 40, 1, 0.35);
        assertEquals(
                List.of("run-2"),
                output(Topics.MULTIPLIERS).stream().map(update -> update.key).toList());
    }

    @Test
    void ofADeletedRunWithoutADualStepNothingIsKept() {
        submitTwo("run-1", "LOCKSTEP");
        estimated("run-1", "a", 20, 0, 0.75);
        raw(Topics.RUNS, "run-1", null);

        assertNull(stored("run-1"));
    }

    private void redefine(String runId, String constraintId, int version, ConstraintState state) {
        ConstraintDefinition definition = ConstraintDefinition.newBuilder()
                .setRunId(runId)
                .setConstraintId(constraintId)
                .setVersion(version)
                .setState(state)
                .setEvaluator("denoising-loss")
                .setThreshold(0.25)
                .setUpdatedAt(NOW)
                .build();
        send(Topics.CONSTRAINTS, Topics.constraintKey(runId, constraintId), definition);
    }

    private static List<Long> dualSteps(List<KeyValue<String, MultiplierUpdate>> updates) {
        return updates.stream().map(u -> u.value.getDualStep()).toList();
    }

    @Test
    void asyncMovesEachMultiplierAsItsEstimateComes() {
        submitTwo("run-1", "ASYNC");
        estimated("run-1", "a", 20, 0, 0.75);
        estimated("run-1", "a", 40, 1, 0.75);
        estimated("run-1", "b", 20, 0, 0.35);

        List<KeyValue<String, MultiplierUpdate>> updates = output(Topics.MULTIPLIERS);

        assertEquals(List.of(1L, 2L, 3L), dualSteps(updates));
        assertEquals(0.5, updates.get(2).value.getConstraints().get(0).getAfter());
        assertEquals(0.05, updates.get(2).value.getConstraints().get(1).getAfter(), 1e-15);
        verdicts(Map.of(Verdict.STEPPED, 3));
    }

    @ParameterizedTest
    @ValueSource(strings = {"LOCKSTEP", "ASYNC"})
    void whatIsLateOrRepeatedOrOfAnotherVersionOrShadowChangesNothingAndIsCounted(String mode) {
        submitTwo("run-1", mode);
        bothEstimated(20, 0);
        redefine("run-1", "b", 2, ConstraintState.ACTIVE);
        output(Topics.MULTIPLIERS);
        DualRun before =
                driver.<String, DualRun>getKeyValueStore(DualProcessor.STORE).get("run-1");

        estimated("run-1", "a", 20, 0, 0.75);
        estimated("run-1", "a", 0, 0, 9.75);
        estimated("run-1", "b", 40, 1, 0.75);
        LossEstimate shadow = LossEstimate.newBuilder(MadeEstimates.estimate("run-1", "a", 40, 1, 0.75))
                .setShadow(true)
                .build();
        send(Topics.LOSS_ESTIMATES, "run-1", shadow);

        assertEquals(List.of(), output(Topics.MULTIPLIERS));
        assertEquals(
                before,
                driver.<String, DualRun>getKeyValueStore(DualProcessor.STORE).get("run-1"));
        verdicts(Map.of(Verdict.LATE, 2, Verdict.OUT_OF_VERSION, 1, Verdict.SHADOW, 1));
    }

    @Test
    void anEstimateThatNoDualStepCanBeMadeOfIsSaidOnce() {
        submitTwo("run-1", "LOCKSTEP");
        estimated("run-1", "a", 20, 0, Double.NaN);
        estimated("run-1", "a", 20, 0, Double.NaN);

        List<KeyValue<String, Alert>> alerts = output(Topics.ALERTS);

        assertEquals(1, alerts.size());
        assertEquals("run-1", alerts.get(0).key);
        assertEquals("a", alerts.get(0).value.getConstraintId());
        assertTrue(
                alerts.get(0)
                        .value
                        .getMessage()
                        .contains("'denoising-loss' move nothing: loss or reference is not finite"),
                alerts.get(0).value.getMessage());
        verdicts(Map.of(Verdict.NOT_FINITE, 2));
    }

    /** It was kept until its run was known, and then judged in silence. */
    @Test
    void anEstimateThatCameBeforeItsRunIsSaidToBeUnusableWithTheRunsRecord() {
        estimated("run-1", "a", 20, 0, Double.NaN);
        assertEquals(List.of(), alerts());
        submitTwo("run-1", "LOCKSTEP");
        List<String> said = alerts();
        assertEquals(1, said.size(), said.toString());
        assertTrue(
                said.get(0).startsWith("ERROR constraint 'a': the estimates of 'denoising-loss' move nothing"),
                said.get(0));
    }

    private List<String> alerts() {
        return output(Topics.ALERTS).stream()
                .map(alert -> alert.value.getSeverity() + " " + alert.value.getMessage())
                .toList();
    }

    /** Two took turns at moving the multiplier, whoever came first, and nobody said so. */
    @Test
    void twoProgramsOfOneNameAreSaid() {
        submitTwo("run-1", "LOCKSTEP");
        bothEstimated(20, 0);
        estimated("run-1", "a", 20, 0, 0.76);
        assertEquals(List.of(), alerts(), "measured again");

        estimated("run-1", "a", 20, 0, 0.9);
        estimated("run-1", "a", 20, 0, 0.9);
        assertEquals(
                List.of(
                        "WARNING constraint 'a': the estimates of 'denoising-loss' contradict each other: of step 20 two differ by"
                                + " more than their errors, and the first one counts"),
                alerts());
    }

    @Test
    void estimatesThatAllComeTooLateInAsyncAreSaid() {
        submitTwo("run-1", "ASYNC");
        estimated("run-1", "a", 500, 0, 0.75);
        for (int step = 20; step < 100; step += 20) {
            estimated("run-1", "a", step, 1, 0.75);
        }
        assertEquals(List.of(), alerts());
        estimated("run-1", "a", 100, 1, 0.75);
        assertEquals(
                List.of(
                        "WARNING constraint 'a': the estimates of 'denoising-loss' move nothing now: several in a row are of"
                                + " snapshots before the one that moved it last (the newest of step 100)"),
                alerts());
    }

    private void estimatedAt(Instant time, long step) {
        byte[] estimate = serdes.serializer(Topics.LOSS_ESTIMATES)
                .serialize("", MadeEstimates.estimate("run-1", "a", step, 1, 0.75));
        driver.createInputTopic(Topics.LOSS_ESTIMATES.name(), new StringSerializer(), new ByteArraySerializer())
                .pipeInput("run-1", estimate, time);
    }

    /** After a restore all are read again: each constraint of ASYNC had an alert whose remedy throws its multiplier away. */
    @Test
    void estimatesOfABacklogAreNotSaidToComeTooLate() {
        Submission submission = submission("run-1", "ASYNC");
        submit(submission);
        estimated("run-1", "a", 200, 0, 0.75);
        loseStateAndOffsets(output(Topics.MULTIPLIERS), () -> {
            past.add(Topics.RUNS, submission.run());
            submission.constraints().forEach(definition -> past.add(Topics.CONSTRAINTS, definition));
        });

        for (int step = 20; step <= 100; step += 20) {
            estimatedAt(NOW.minus(Duration.ofHours(1)), step);
        }
        verdicts(Map.of(Verdict.LATE, 5));
        assertEquals(List.of(), alerts());

        for (int step = 20; step <= 100; step += 20) {
            estimatedAt(NOW, step);
        }
        List<String> said = alerts();
        assertEquals(1, said.size());
        assertTrue(said.get(0).endsWith("(the newest of step 100)"), said.get(0));
    }

    @Test
    void anEstimateOfAStepOrDualStepThatIsNotItsTurnIsSaid() {
        submitTwo("run-1", "LOCKSTEP");
        estimated("run-1", "a", 400, 0, 0.75);
        estimated("run-1", "b", 20, 1, 0.75);
        assertEquals(
                List.of(
                        "ERROR constraint 'a': the estimates of 'denoising-loss' move nothing where they name a step that has no snapshot"
                                + " for the next dual step (one names step 400)",
                        "ERROR constraint 'b': the estimates of 'denoising-loss' move nothing where they name a dual step that was not"
                                + " made yet (one of step 20)"),
                alerts());
        assertEquals(List.of(), output(Topics.MULTIPLIERS));
    }

    /** The alert blamed the constraint whose estimate had made the dual step. */
    @Test
    void anEstimateThatWasKeptIsTheOneThatIsSaidToBeOutOfTurn() {
        submitTwo("run-1", "PIPELINED");
        estimated("run-1", "b", 400, 1, 0.75);
        assertEquals(List.of(), alerts());
        estimated("run-1", "b", 20, 0, 0.75);
        estimated("run-1", "a", 20, 0, 0.75);

        List<Alert> alerts =
                output(Topics.ALERTS).stream().map(alert -> alert.value).toList();
        assertEquals(List.of("b"), alerts.stream().map(Alert::getConstraintId).toList());
        String message = alerts.get(0).getMessage();
        assertTrue(message.startsWith("constraint 'b': "), message);
        assertTrue(message.endsWith("(one names step 400)"), message);
        verdicts(Map.of(Verdict.EARLY, 1, Verdict.WAITING, 1, Verdict.STEPPED, 1, Verdict.OUT_OF_TURN, 1));
    }

    private void estimatedInVersion(String constraintId, int version, long dualStep) {
        LossEstimate estimate = LossEstimate.newBuilder(
                        MadeEstimates.estimate("run-1", constraintId, 20 * (dualStep + 1), dualStep, 0.75))
                .setConstraintVersion(version)
                .build();
        send(Topics.LOSS_ESTIMATES, "run-1", estimate);
    }

    /** They were kept, and dropped for newer ones, while the run waited. */
    @Test
    void estimatesOfWhatNobodyDefinesAreSaidOnceAfterMinutesThoughNoRecordComes() {
        submitTwo("run-1", "LOCKSTEP");
        estimatedInVersion("a", 3, 0);
        estimatedInVersion("b", 2, 0);
        estimatedInVersion("c", 1, 0);
        estimated("run-2", "a", 20, 0, 0.75);
        driver.advanceWallClockTime(Duration.ofMinutes(4));
        assertEquals(List.of(), alerts());

        redefine("run-1", "b", 2, ConstraintState.ACTIVE);
        redefine("run-1", "a", 2, ConstraintState.ACTIVE);
        driver.advanceWallClockTime(Duration.ofMinutes(1));
        assertEquals(
                Set.of(
                        "ERROR constraint 'a': the estimates of 'denoising-loss' move nothing: they are of version 3, and no such"
                                + " definition has come",
                        "ERROR constraint 'c': the estimates of 'denoising-loss' move nothing: they are of version 1, and no such"
                                + " definition has come"),
                Set.copyOf(alerts()));

        estimatedInVersion("c", 1, 1);
        driver.advanceWallClockTime(Duration.ofMinutes(10));
        assertEquals(List.of(), alerts());
    }

    /** Each dual step counted them anew. */
    @Test
    void anEstimateThatWaitsForItsDefinitionIsJudgedWhenOneComesNotAtEachDualStep() {
        submitTwo("run-1", "PIPELINED");
        estimatedInVersion("c", 1, 0);
        bothEstimated(20, 0);
        bothEstimated(40, 1);
        assertEquals(2, output(Topics.MULTIPLIERS).size());
        verdicts(Map.of(Verdict.UNKNOWN_YET, 1));
        assertEquals(1, stored("run-1").early().size());

        redefine("run-1", "c", 1, ConstraintState.ACTIVE);
        verdicts(Map.of(Verdict.LATE, 1));
    }

    /** Said once in the life of the task: nobody heard that the constraint was in force no longer. */
    @Test
    void aFaultThatComesBackAfterItHadHealedIsSaidAgain() {
        submitTwo("run-1", "ASYNC");
        estimated("run-1", "a", 20, 0, Double.NaN);
        estimated("run-1", "a", 40, 0, 0.75);
        estimated("run-1", "b", 40, 0, 0.75);
        estimated("run-1", "a", 60, 1, Double.NaN);
        estimated("run-1", "a", 80, 1, Double.NaN);

        List<String> said = alerts();
        assertEquals(2, said.size(), said::toString);
        assertEquals(said.get(0), said.get(1));
    }

    @Test
    void aFaultThatAnotherConstraintOrTheShadowIsFreeOfHasNotHealed() {
        submitTwo("run-1", "ASYNC");
        estimated("run-1", "a", 20, 0, Double.NaN);
        estimated("run-1", "b", 20, 0, 0.75);
        shadowEstimated(40, 0.75);
        estimated("run-1", "a", 60, 1, Double.NaN);
        assertEquals(1, alerts().size());

        shadowEstimated(60, Double.NaN);
        shadowEstimated(80, 0.75);
        shadowEstimated(100, Double.NaN);
        assertEquals(2, alerts().size(), "a shadow's own");
    }

    private void shadowEstimated(long step, double loss) {
        LossEstimate shadow = LossEstimate.newBuilder(MadeEstimates.estimate("run-1", "a", step, 1, loss))
                .setShadow(true)
                .build();
        send(Topics.LOSS_ESTIMATES, "run-1", shadow);
    }

    @Test
    void estimatesThatComeTooLateOnceMoreAreSaidAgain() {
        submitTwo("run-1", "ASYNC");
        for (long first : List.of(200L, 400L)) {
            estimated("run-1", "a", first, 1, 0.75);
            for (int late = 1; late <= 10; late++) {
                estimated("run-1", "a", first - late, 1, 0.75);
            }
        }
        List<String> said = alerts();
        assertEquals(2, said.size(), said::toString);
        assertTrue(said.get(1).endsWith("(the newest of step 395)"), said.get(1));
    }

    /** One program of two of a name is well, the other is not: each right estimate mends what the next wrong one breaks. */
    @ParameterizedTest
    @ValueSource(doubles = {Double.NaN, 9.75})
    void aFaultThatComesAndGoesIsSaidAtLongerAndLongerTimes(double wrong) {
        submitTwo("run-1", "ASYNC");
        List<Integer> minutes = new ArrayList<>();
        for (int minute = 0; minute <= 16; minute++) {
            long step = 20 + 5L * minute;
            estimated("run-1", "a", step, 1, 0.2);
            estimated("run-1", "a", Double.isNaN(wrong) ? step + 1 : step, 1, wrong);
            int said = alerts().size();
            minutes.addAll(Collections.nCopies(said, minute));
            driver.advanceWallClockTime(Duration.ofMinutes(1));
        }
        assertEquals(List.of(0, 1, 2, 4, 8, 16), minutes);
    }

    @Test
    void aFaultThatComesBackTooSoonToBeSaidIsSaidLater() {
        submitTwo("run-1", "ASYNC");
        for (int step = 20; step <= 80; step += 20) {
            estimated("run-1", "a", step, 1, 0.75);
            estimated("run-1", "a", step + 1, 1, Double.NaN);
        }
        assertEquals(2, alerts().size());
        driver.advanceWallClockTime(Duration.ofMinutes(1));
        estimated("run-1", "a", 100, 1, Double.NaN);
        estimated("run-1", "a", 120, 1, Double.NaN);
        assertEquals(1, alerts().size(), "it has not healed since");
    }

    /** It moved the run of its key. */
    @Test
    void anEstimateThatNamesAnotherRunThanItsKeyGoesToTheDeadLetters() {
        submitTwo("run-1", "ASYNC");
        send(Topics.LOSS_ESTIMATES, "run-1", MadeEstimates.estimate("another", "a", 20, 0, 0.75));

        assertEquals(
                "its key is of run 'run-1', its runId is 'another': both have to be of the run that it is about",
                header(deadLetter(Topics.LOSS_ESTIMATES), DeadLetterHeaders.REASON));
        assertEquals(List.of(), output(Topics.MULTIPLIERS));
    }

    /** It waited for its run to be known, for ever, and the run for its estimates. */
    @Test
    void anEstimateInAnotherPartitionThanItsRunsGoesToTheDeadLetters() {
        homes.put("run-1", 7);
        estimated("run-1", "a", 20, 0, 0.75);

        String reason = header(deadLetter(Topics.LOSS_ESTIMATES), DeadLetterHeaders.REASON);
        assertTrue(reason.startsWith("it lies in partition 0, and run 'run-1' in partition 7: "), reason);
        assertNull(stored("run-1"));
    }

    @Test
    void theRetirementOfTheConstraintThatIsWaitedForMakesTheDualStep() {
        submitTwo("run-1", "LOCKSTEP");
        estimated("run-1", "a", 20, 0, 0.75);
        redefine("run-1", "b", 2, ConstraintState.RETIRED);

        List<KeyValue<String, MultiplierUpdate>> updates = output(Topics.MULTIPLIERS);

        assertEquals(List.of(1L), dualSteps(updates));
        assertEquals(1, updates.get(0).value.getConstraints().size());
    }

    @Test
    void aConstraintAddedAfterAllWereRetiredMakesTheDualStepThatTheTrainerWaitsFor() {
        submitTwo("run-1", "LOCKSTEP");
        bothEstimated(20, 0);
        redefine("run-1", "a", 2, ConstraintState.RETIRED);
        redefine("run-1", "b", 2, ConstraintState.RETIRED);
        assertEquals(List.of(1L), dualSteps(output(Topics.MULTIPLIERS)), "nothing was measured: no dual step");

        redefine("run-1", "c", 1, ConstraintState.ACTIVE);
        estimated("run-1", "c", 1000, 0, 0.75);

        List<KeyValue<String, MultiplierUpdate>> updates = output(Topics.MULTIPLIERS);
        assertEquals(List.of(50L), dualSteps(updates), "step 1000 with a dual step every 20");
        assertEquals(
                Map.of("a", 0.0, "b", 0.0, "c", 0.25),
                updates.get(0).value.getConstraints().stream()
                        .collect(Collectors.toMap(
                                ConstraintMultiplier::getConstraintId, ConstraintMultiplier::getAfter)),
                "those that were retired leave with the next dual step");
        estimated("run-1", "c", 1000, 0, 0.75);
        assertEquals(List.of(), output(Topics.MULTIPLIERS), "a second announcement of the same snapshot");
        estimated("run-1", "c", 1020, 50, 0.75);
        assertEquals(List.of(51L), dualSteps(output(Topics.MULTIPLIERS)));
    }

    /** As an earlier release left them when it was cut off, and as the next submission of that name retires and defines them anew. */
    @ParameterizedTest
    @ValueSource(strings = {"LOCKSTEP", "ASYNC"})
    void constraintsOfNoRunMoveNothingAndHoldUpNothingOnceThereIsOne(String mode) {
        redefine("run-1", "a", 1, ConstraintState.ACTIVE);
        redefine("run-1", "gone", 1, ConstraintState.ACTIVE);
        estimated("run-1", "gone", 20, 0, 0.75);
        assertEquals(List.of(), output(Topics.MULTIPLIERS));
        verdicts(Map.of(Verdict.UNKNOWN_YET, 1));

        redefine("run-1", "gone", 2, ConstraintState.RETIRED);
        submitTwo("run-1", mode);
        assertEquals(List.of(), output(Topics.MULTIPLIERS), "nor afterwards");
        verdicts(Map.of(Verdict.OUT_OF_VERSION, 1));

        bothEstimated(20, 0);
        List<KeyValue<String, MultiplierUpdate>> updates = output(Topics.MULTIPLIERS);
        MultiplierUpdate last = updates.get(updates.size() - 1).value;
        assertEquals(
                List.of("a", "b"),
                last.getConstraints().stream()
                        .map(ConstraintMultiplier::getConstraintId)
                        .toList());
    }

    /** Another process that starts with an empty store, its changelog and offsets gone, while the topics are there. */
    private void loseStateAndOffsets(List<KeyValue<String, MultiplierUpdate>> made, Runnable topics) {
        driver.close();
        past = new ListedPast();
        made.forEach(update -> past.add(Topics.MULTIPLIERS, update.value));
        topics.run();
        driver = newDriver();
    }

    @ParameterizedTest
    @ValueSource(strings = {"LOCKSTEP", "ASYNC"})
    void whatTheMultipliersTopicHoldsIsEnoughToGoOnWithoutAChangelog(String mode) {
        submitTwo("run-1", mode);
        bothEstimated(20, 0);
        bothEstimated(40, 1);
        List<KeyValue<String, MultiplierUpdate>> made = output(Topics.MULTIPLIERS);

        loseStateAndOffsets(made, () -> {});
        bothEstimated(20, 0);
        estimated("run-1", "a", 40, 1, 0.75);
        submitTwo("run-1", mode);
        estimated("run-1", "b", 40, 1, 0.35);
        assertEquals(List.of(), output(Topics.MULTIPLIERS), "every estimate is replayed, three before their run");
        verdicts(Map.of(Verdict.LATE, 4));

        bothEstimated(60, 2);
        List<KeyValue<String, MultiplierUpdate>> updates = output(Topics.MULTIPLIERS);
        MultiplierUpdate last = updates.get(updates.size() - 1).value;
        long first = made.size() + 1L;
        assertEquals(first, updates.get(0).value.getDualStep());
        assertEquals(0.5, updates.get(0).value.getConstraints().get(0).getBefore());
        assertEquals(0.75, last.getConstraints().get(0).getAfter());
        assertEquals(0.15, last.getConstraints().get(1).getAfter(), 1e-15);
    }

    @Test
    void aRebuiltRunNeedsNoRecordOfItsDefinitionsAgain() {
        submitTwo("run-1", "LOCKSTEP");
        bothEstimated(20, 0);
        redefine("run-1", "b", 2, ConstraintState.RETIRED);
        Submission submission = submission("run-1", "LOCKSTEP");

        loseStateAndOffsets(output(Topics.MULTIPLIERS), () -> {
            past.add(Topics.RUNS, submission.run());
            submission.constraints().forEach(definition -> past.add(Topics.CONSTRAINTS, definition));
            past.add(
                    Topics.CONSTRAINTS,
                    ConstraintDefinition.newBuilder(submission.constraints().get(1))
                            .setVersion(2)
                            .setState(ConstraintState.RETIRED)
                            .build());
        });
        estimated("run-1", "a", 40, 1, 0.75);

        List<KeyValue<String, MultiplierUpdate>> updates = output(Topics.MULTIPLIERS);
        assertEquals(List.of(2L), dualSteps(updates));
        assertEquals(0.5, updates.get(0).value.getConstraints().get(0).getAfter());
        assertEquals(0, updates.get(0).value.getConstraints().get(1).getAfter(), "b leaves");
    }

    @Test
    void aStoreThatKnowsTheNewestUpdateIsLeftAsItIs() {
        submitTwo("run-1", "LOCKSTEP");
        bothEstimated(20, 0);
        estimated("run-1", "b", 40, 1, 0.35);
        StoredRuns stored = new StoredRuns(driver.getKeyValueStore(DualProcessor.STORE));
        output(Topics.MULTIPLIERS).forEach(update -> past.add(Topics.MULTIPLIERS, update.value));

        assertEquals(RecoveredRuns.NONE, new DualRebuild(past, run -> null, run -> 0).missing(0, stored));

        MultiplierUpdate newer = MultiplierUpdate.newBuilder(
                        (MultiplierUpdate) past.newest(Topics.MULTIPLIERS, 0).orElseThrow())
                .setDualStep(2)
                .build();
        past.add(Topics.MULTIPLIERS, newer);
        DualRun behind = new DualRebuild(past, run -> null, run -> 0)
                .missing(0, stored)
                .lost()
                .get("run-1");
        assertEquals(2, behind.dualStep());
        assertEquals(Map.of(), Map.copyOf(behind.pending()), "what waited for a step that was made");
    }

    /** Kafka was set up anew from a backup; every estimate came too late for what the topics have lost, and the run waited for ever. */
    @Test
    void aStoreOfATimeThatTheTopicsHaveLostCountsForNothing() {
        submitTwo("run-1", "LOCKSTEP");
        Submission submission = submission("run-1", "LOCKSTEP");
        past.add(Topics.RUNS, submission.run());
        submission.constraints().forEach(definition -> past.add(Topics.CONSTRAINTS, definition));
        bothEstimated(20, 0);
        bothEstimated(40, 1);
        bothEstimated(60, 2);
        past.add(Topics.MULTIPLIERS, output(Topics.MULTIPLIERS).get(0).value);
        StoredRuns stored = new StoredRuns(driver.getKeyValueStore(DualProcessor.STORE));
        assertEquals(3, stored.of("run-1").dualStep());

        DualRun rebuilt = new DualRebuild(past, run -> stored.of("run-1").settings(), run -> 0)
                .missing(0, stored)
                .lost()
                .get("run-1");
        assertEquals(1, rebuilt.dualStep());
        assertTrue(rebuilt.isComplete(), "and goes on from there");
    }

    @Test
    void everyRunOfThePartitionIsKeptOnceOneIsTouched() {
        submitTwo("run-1", "ASYNC");
        submitTwo("run-2", "ASYNC");
        estimated("run-1", "a", 20, 0, 0.75);
        estimated("run-2", "a", 20, 0, 0.75);
        loseStateAndOffsets(output(Topics.MULTIPLIERS), () -> {});

        submitTwo("run-2", "ASYNC");

        assertEquals(
                1,
                driver.<String, DualRun>getKeyValueStore(DualProcessor.STORE)
                        .get("run-1")
                        .dualStep());
    }
}
