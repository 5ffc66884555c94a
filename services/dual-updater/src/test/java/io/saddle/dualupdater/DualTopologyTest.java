package io.saddle.dualupdater;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.confluent.kafka.schemaregistry.avro.AvroSchema;
import io.confluent.kafka.schemaregistry.client.MockSchemaRegistryClient;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.saddle.kafka.DeadLetters;
import io.saddle.schema.Alert;
import io.saddle.schema.AlertKind;
import io.saddle.schema.ConstraintDefinition;
import io.saddle.schema.LossEstimate;
import io.saddle.schema.MultiplierUpdate;
import io.saddle.schema.TrainingRun;
import io.saddle.serde.Serdes;
import io.saddle.spec.RunSpecParser;
import io.saddle.spec.Submission;
import io.saddle.spec.Submissions;
import io.saddle.topic.Topic;
import io.saddle.topic.Topics;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import org.apache.avro.specific.SpecificRecord;
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

    private final Serdes serdes = new Serdes(new MockSchemaRegistryClient());
    private final SimpleMeterRegistry meters = new SimpleMeterRegistry();
    private final Submissions submissions = new Submissions(new RunSpecParser(), Clock.fixed(NOW, ZoneOffset.UTC));
    private TopologyTestDriver driver;

    @BeforeEach
    void start() throws Exception {
        for (Topic<?> topic : Topics.all()) {
            serdes.registry().register(topic.subject(), new AvroSchema(topic.schema()));
        }
        driver = newDriver();
    }

    @AfterEach
    void stop() {
        driver.close();
    }

    private TopologyTestDriver newDriver() {
        Properties settings = new Properties();
        settings.put(StreamsConfig.APPLICATION_ID_CONFIG, "dual-test");
        settings.put(StreamsConfig.STATE_DIR_CONFIG, stateDir.toString());
        return new TopologyTestDriver(DualTopology.buildTopology(serdes, meters), settings, NOW);
    }

    private void raw(Topic<?> topic, String key, byte[] value) {
        driver.createInputTopic(topic.name(), new StringSerializer(), new ByteArraySerializer())
                .pipeInput(key, value);
    }

    private <T extends SpecificRecord> void send(Topic<T> topic, String key, T value) {
        raw(topic, key, serdes.serializer(topic).serialize(topic.name(), value));
    }

    private void submit(String yaml) {
        Submission submission = submissions.submission(new RunSpecParser().parse("run.yaml", yaml), "ada");
        for (ConstraintDefinition constraint : submission.constraints()) {
            String key = Topics.constraintKey(constraint.getRunId(), constraint.getConstraintId());
            send(Topics.CONSTRAINTS, key, constraint);
        }
        send(Topics.RUNS, submission.run().getRunId(), submission.run());
    }

    private void submitTwo(String name, String mode) {
        submit("""
                name: %s
                dual: {mode: %s, learningRate: 0.5, multiplierLimit: 1}
                constraints:
                  - {id: a, threshold: 0.25, data: {classes: {4: {}}}}
                  - {id: b, threshold: 0.25, data: {classes: {5: {}}}}
                """.formatted(name, mode));
    }

    private static LossEstimate estimate(String runId, String constraintId, long step, long dualStep, double loss) {
        return LossEstimate.newBuilder()
                .setRunId(runId)
                .setConstraintId(constraintId)
                .setConstraintVersion(1)
                .setStep(step)
                .setDualStep(dualStep)
                .setLoss(loss)
                .setStandardError(0)
                .setSamples(64)
                .setEvaluator("denoising-loss")
                .setEvaluatorBuild("test")
                .setShadow(false)
                .setComputeMillis(1)
                .setComputedAt(NOW)
                .build();
    }

    private void estimated(String runId, String constraintId, long step, long dualStep, double loss) {
        send(Topics.LOSS_ESTIMATES, runId, estimate(runId, constraintId, step, dualStep, loss));
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

    private double counted(Verdict verdict) {
        return meters.counter("saddle.dual.estimates", "verdict", verdict.name())
                .count();
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
        assertEquals(2, counted(Verdict.STEPPED));
        assertEquals(2, counted(Verdict.WAITING));
        assertEquals(1, counted(Verdict.LATE));
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
        estimated("run-1", "a", 20, 0, 0.75);
        estimated("run-1", "b", 20, 0, 0.35);
        submitTwo("run-1", "LOCKSTEP");
        assertEquals(1, output(Topics.MULTIPLIERS).size());
    }

    @Test
    void aMultiplierPastItsLimitRaisesOneAlert() {
        submitTwo("run-1", "ASYNC");
        estimated("run-1", "a", 20, 0, 3.25);
        estimated("run-1", "a", 40, 1, 3.25);

        List<KeyValue<String, Alert>> alerts = output(Topics.ALERTS);

        assertEquals(1, alerts.size());
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
        assertEquals(name, header(letter, DeadLetters.TOPIC));
        assertEquals("0", header(letter, DeadLetters.PARTITION));
        assertTrue(Long.parseLong(header(letter, DeadLetters.OFFSET)) >= 0);
        assertEquals("dual-updater", header(letter, DeadLetters.SERVICE));
        assertTrue(header(letter, DeadLetters.REASON).contains("wire format"), header(letter, DeadLetters.REASON));
        assertEquals(1, output(Topics.MULTIPLIERS).size());
    }

    @Test
    void aRecordThatIsCutOffGoesToTheDeadLetters() {
        byte[] whole = serdes.serializer(Topics.LOSS_ESTIMATES).serialize("", estimate("run-1", "a", 20, 0, 0.75));
        byte[] half = Arrays.copyOf(whole, whole.length / 2);
        raw(Topics.LOSS_ESTIMATES, "run-1", half);
        assertArrayEquals(half, deadLetter(Topics.LOSS_ESTIMATES).value());
    }

    @Test
    void aRecordOfAnotherTopicsTypeGoesToTheDeadLetters() {
        byte[] wrong = serdes.serializer(Topics.LOSS_ESTIMATES).serialize("", estimate("run-1", "a", 20, 0, 0.75));
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
        assertTrue(header(letter, DeadLetters.REASON).contains("dual.mode"), header(letter, DeadLetters.REASON));

        submitTwo("run-1", "ASYNC");
        estimated("run-1", "a", 20, 0, 0.75);
        assertEquals(1, output(Topics.MULTIPLIERS).size());
    }

    @Test
    void aRecordWithoutAKeyGoesToTheDeadLetters() {
        send(Topics.LOSS_ESTIMATES, null, estimate("run-1", "a", 20, 0, 0.75));
        assertEquals("no key", header(deadLetter(Topics.LOSS_ESTIMATES), DeadLetters.REASON));
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
        estimated("run-1", "a", 20, 0, 0.75);
        estimated("run-1", "b", 20, 0, 0.35);
        estimated("run-1", "a", 40, 1, 0.75);
        Map<String, DualRun> changelog = driver.createOutputTopic(
                        "dual-test-" + DualTopology.STORE + "-changelog",
                        new StringDeserializer(),
                        DualRunSerde.create().deserializer())
                .readKeyValuesToMap();
        driver.close();

        driver = newDriver();
        KeyValueStore<String, DualRun> restored = driver.getKeyValueStore(DualTopology.STORE);
        changelog.forEach(restored::put);

        estimated("run-1", "a", 20, 0, 0.75);
        assertEquals(List.of(), output(Topics.MULTIPLIERS), "an estimate replayed after the restart");
        estimated("run-1", "b", 40, 1, 0.35);
        List<KeyValue<String, MultiplierUpdate>> updates = output(Topics.MULTIPLIERS);
        assertEquals(2, updates.get(0).value.getDualStep());
        assertEquals(0.25, updates.get(0).value.getConstraints().get(0).getBefore());
        assertEquals(0.5, updates.get(0).value.getConstraints().get(0).getAfter());
    }
}
