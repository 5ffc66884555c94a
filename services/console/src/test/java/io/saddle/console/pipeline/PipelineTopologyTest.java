package io.saddle.console.pipeline;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.confluent.kafka.schemaregistry.client.MockSchemaRegistryClient;
import io.saddle.console.streams.StoreSerde;
import io.saddle.pipeline.execution.Execution;
import io.saddle.pipeline.execution.StepState;
import io.saddle.pipeline.spec.PipelineParser;
import io.saddle.schema.Alert;
import io.saddle.schema.AlertKind;
import io.saddle.schema.DesiredState;
import io.saddle.schema.ExecutionPhase;
import io.saddle.schema.ExecutionStatus;
import io.saddle.schema.PipelineExecution;
import io.saddle.schema.StepPhase;
import io.saddle.schema.StepStatus;
import io.saddle.schema.StepTask;
import io.saddle.schema.TaskAction;
import io.saddle.schema.TaskOutcome;
import io.saddle.schema.TaskResult;
import io.saddle.serde.Serdes;
import io.saddle.stack.testing.ListedPast;
import io.saddle.stack.testing.RegisteredSerdes;
import io.saddle.topic.DeadLetterHeaders;
import io.saddle.topic.Topic;
import io.saddle.topic.Topics;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.apache.avro.specific.SpecificRecord;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.apache.kafka.streams.KeyValue;
import org.apache.kafka.streams.StreamsConfig;
import org.apache.kafka.streams.TopologyTestDriver;
import org.apache.kafka.streams.state.KeyValueStore;
import org.apache.kafka.streams.test.TestRecord;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PipelineTopologyTest {

    private static final Instant NOW = Instant.parse("2026-01-02T03:04:05Z");
    private static final String STEPS =
            "a: {run: {seed: 3}, retries: {times: 1, wait: 10s}}, b: {needs: a, run: {initialModel:"
                    + " 'run:${steps.a.run}@best'}, timeout: 1m}";

    @TempDir
    Path stateDir;

    private Serdes serdes = new Serdes(new MockSchemaRegistryClient());
    private final ListedPast past = new ListedPast();
    private TopologyTestDriver driver;
    private PipelineExecution newestWanted;

    @BeforeEach
    void start() {
        RegisteredSerdes.register(serdes, topic -> true);
        driver = newDriver();
    }

    @AfterEach
    void stop() {
        driver.close();
    }

    private TopologyTestDriver newDriver() {
        Properties settings = new Properties();
        settings.put(StreamsConfig.APPLICATION_ID_CONFIG, "pipeline-test");
        settings.put(StreamsConfig.STATE_DIR_CONFIG, stateDir.toString());
        return new TopologyTestDriver(PipelineTopology.of(serdes, past), settings, NOW);
    }

    private void raw(Topic<?> topic, String key, byte[] value) {
        driver.createInputTopic(topic.name(), new StringSerializer(), new ByteArraySerializer())
                .pipeInput(key, value);
    }

    private <T extends SpecificRecord> byte[] bytes(Topic<T> topic, T value) {
        return serdes.serializer(topic).serialize(topic.name(), value);
    }

    private void want(String id, long revision, DesiredState desired, String steps) {
        String definition = new PipelineParser().definition("p.yaml", "{name: p, steps: {" + steps + "}}", null);
        PipelineExecution wanted = PipelineExecution.newBuilder()
                .setExecutionId(id)
                .setRevision(revision)
                .setPipeline("p")
                .setPipelineRevision(2)
                .setDefinition(definition)
                .setDesiredState(desired)
                .setRequestedAt(NOW)
                .setRequestedBy("ann")
                .setUpdatedAt(NOW)
                .build();
        raw(Topics.EXECUTIONS, id, bytes(Topics.EXECUTIONS, wanted));
        newestWanted = wanted;
    }

    private void ended(String id, String step, int attempt, TaskOutcome outcome, Map<String, String> outputs) {
        ended(id, step, attempt, outcome, "so it is", outputs);
    }

    private void ended(
            String id, String step, int attempt, TaskOutcome outcome, String message, Map<String, String> outputs) {
        TaskResult result = new TaskResult(id, step, attempt, outcome, message, outputs, "worker", NOW);
        raw(Topics.TASK_RESULTS, id, bytes(Topics.TASK_RESULTS, result));
    }

    private <T extends SpecificRecord> List<KeyValue<String, T>> output(Topic<T> topic) {
        return driver.createOutputTopic(topic.name(), new StringDeserializer(), serdes.deserializer(topic))
                .readKeyValuesToList();
    }

    /** Orders since the last call, ACTION step#attempt parameters. */
    private List<String> orders() {
        return output(Topics.TASKS).stream()
                .map(order -> {
                    StepTask task = order.value;
                    assertEquals(order.key, task.getExecutionId());
                    assertEquals("ann", task.getRequestedBy());
                    return (task.getAction() + " " + task.getStep() + "#" + task.getAttempt() + " "
                                    + task.getParameters())
                            .strip();
                })
                .toList();
    }

    private ExecutionStatus status() {
        List<KeyValue<String, ExecutionStatus>> all = output(Topics.EXECUTION_STATUS);
        return all.get(all.size() - 1).value;
    }

    private static List<StepPhase> phases(ExecutionStatus status) {
        return status.getSteps().stream().map(StepStatus::getPhase).toList();
    }

    @Test
    void anExecutionGoesFromStepToStepAndSaysWhereItStands() {
        want("p-1", 1, DesiredState.RUNNING, STEPS);
        assertEquals(List.of("START a#1 {\"seed\":3,\"name\":\"p-1.a\"}"), orders());
        ExecutionStatus status = status();
        assertEquals(List.of(StepPhase.RUNNING, StepPhase.WAITING), phases(status));
        assertEquals("p-1.a", status.getSteps().get(0).getRun());
        assertEquals(List.of("a"), status.getSteps().get(1).getNeeds());
        assertEquals(NOW, status.getStartedAt());

        ended("p-1", "a", 1, TaskOutcome.DONE, Map.of("run", "p-1.a"));
        assertEquals(List.of("START b#1 {\"initialModel\":\"run:p-1.a@best\",\"name\":\"p-1.b\"}"), orders());
        ended("p-1", "b", 1, TaskOutcome.DONE, Map.of());
        assertEquals(ExecutionPhase.SUCCEEDED, status().getPhase());
    }

    @Test
    void theClockTriesAgainAndEndsWhatTakesTooLong() {
        want("p-1", 1, DesiredState.RUNNING, STEPS);
        ended("p-1", "a", 1, TaskOutcome.FAILED, Map.of());
        orders();
        assertEquals("a: so it is", status().getMessage());
        driver.advanceWallClockTime(Duration.ofSeconds(9));
        assertEquals(List.of(), orders());
        driver.advanceWallClockTime(Duration.ofSeconds(1));
        assertEquals(List.of("START a#2 {\"seed\":3,\"name\":\"p-1.a.attempt-2\"}"), orders());
        ended("p-1", "a", 2, TaskOutcome.DONE, Map.of("run", "p-1.a.attempt-2"));
        orders();
        driver.advanceWallClockTime(Duration.ofMinutes(1));
        assertEquals(List.of(), orders(), "it waits for a trainer");
        ended("p-1", "b", 1, TaskOutcome.UNDER_WAY, Map.of("run", "p-1.b"));
        driver.advanceWallClockTime(Duration.ofMinutes(1));
        assertEquals(List.of("STOP b#1"), orders());
        ExecutionStatus status = status();
        assertEquals(ExecutionPhase.FAILED, status.getPhase());
        assertEquals("b: took longer than 1m", status.getMessage());
    }

    /** A crash anywhere is Kafka Streams' own affair; what it leaves is the store. */
    @Test
    void anExecutionGoesOnFromTheStoreAlone() {
        want("p-1", 1, DesiredState.RUNNING, STEPS);
        ended("p-1", "a", 1, TaskOutcome.FAILED, Map.of());
        orders();
        Execution kept = driver.<String, Execution>getKeyValueStore(ExecutionProcessor.STORE)
                .get("p-1");
        byte[] changelog = StoreSerde.of(Execution.class).serializer().serialize("changelog", kept);
        driver.close();

        driver = newDriver();
        KeyValueStore<String, Execution> store = driver.getKeyValueStore(ExecutionProcessor.STORE);
        Execution read = StoreSerde.of(Execution.class).deserializer().deserialize("changelog", changelog);
        assertEquals(kept, read);
        store.put("p-1", read);
        want("p-1", 1, DesiredState.RUNNING, STEPS);
        assertEquals(List.of(), orders(), "it is known already");
        want("p-1", 2, DesiredState.PAUSED, STEPS);
        want("p-1", 3, DesiredState.RUNNING, STEPS);
        driver.advanceWallClockTime(Duration.ofSeconds(10));
        assertEquals(1, orders().size());
    }

    /** The changelog is gone, as after a restore from a backup; the offsets too, so that everything is read again. */
    @Test
    void whatWasPublishedIsEnoughToGoOnWithoutAChangelog() {
        want("p-1", 1, DesiredState.RUNNING, STEPS);
        ended("p-1", "a", 1, TaskOutcome.FAILED, Map.of());
        driver.advanceWallClockTime(Duration.ofSeconds(10));
        ended("p-1", "a", 2, TaskOutcome.DONE, Map.of("run", "p-1.a.attempt-2"));
        want("p-1", 2, DesiredState.PAUSED, STEPS);
        Execution kept = driver.<String, Execution>getKeyValueStore(ExecutionProcessor.STORE)
                .get("p-1");
        past.add(Topics.EXECUTIONS, newestWanted);
        past.add(Topics.EXECUTION_STATUS, status());
        orders();
        driver.close();

        driver = newDriver();
        Execution rebuilt = driver.<String, Execution>getKeyValueStore(ExecutionProcessor.STORE)
                .get("p-1");
        assertEquals(kept, rebuilt);
        ended("p-1", "a", 1, TaskOutcome.FAILED, Map.of());
        ended("p-1", "a", 2, TaskOutcome.DONE, Map.of("run", "p-1.a.attempt-2"));
        want("p-1", 2, DesiredState.PAUSED, STEPS);
        assertEquals(List.of(), orders(), "nothing is ordered twice");
        want("p-1", 3, DesiredState.RUNNING, STEPS);
        assertEquals(List.of("RESUME b#1"), orders());
        ended("p-1", "b", 1, TaskOutcome.DONE, Map.of());
        assertEquals(ExecutionPhase.SUCCEEDED, status().getPhase());
    }

    @Test
    void anExecutionThatHasEndedIsForgottenAndOneThatGoesOnIsNot() {
        want("p-1", 1, DesiredState.RUNNING, STEPS);
        want("p-2", 1, DesiredState.RUNNING, STEPS);
        want("p-1", 2, DesiredState.STOPPED, STEPS);
        output(Topics.EXECUTION_STATUS);
        raw(Topics.EXECUTIONS, "p-1", null);
        raw(Topics.EXECUTIONS, "p-2", null);

        List<KeyValue<String, ExecutionStatus>> said = output(Topics.EXECUTION_STATUS);
        assertEquals(List.of(new KeyValue<String, ExecutionStatus>("p-1", null)), said);
        KeyValueStore<String, Execution> store = driver.getKeyValueStore(ExecutionProcessor.STORE);
        assertNull(store.get("p-1"));
        orders();
        ended("p-2", "a", 1, TaskOutcome.DONE, Map.of("run", "p-2.a"));
        assertEquals(List.of("START b#1 {\"initialModel\":\"run:p-2.a@best\",\"name\":\"p-2.b\"}"), orders());
    }

    @Test
    void executionsDoNotMix() {
        want("p-1", 1, DesiredState.RUNNING, STEPS);
        want("p-2", 1, DesiredState.RUNNING, STEPS);
        orders();
        want("p-1", 2, DesiredState.STOPPED, STEPS);
        assertEquals(List.of("STOP a#1"), orders());
        assertEquals(ExecutionPhase.STOPPED, status().getPhase());
        ended("p-2", "a", 1, TaskOutcome.DONE, Map.of("run", "p-2.a"));
        assertEquals("p-2", status().getExecutionId());
        assertEquals(1, orders().size());
    }

    @Test
    void aChangedDefinitionAppliesToNewExecutionsOnly() {
        want("p-1", 1, DesiredState.RUNNING, "a: {run: {}}, b: {needs: a, run: {}}");
        orders();
        want("p-1", 2, DesiredState.RUNNING, "a: {run: {}}, c: {needs: a, run: {}}");
        ended("p-1", "a", 1, TaskOutcome.DONE, Map.of());
        assertEquals(List.of("START b#1 {\"name\":\"p-1.b\"}"), orders());
    }

    /** Its orders would have been lost: the state went on without them, and the record to the dead letters. */
    @Test
    void whatTheRegistryDoesNotGiveIsTheMachinesFaultNotTheRecords() {
        driver.close();
        serdes = new Serdes(new MockSchemaRegistryClient());
        RegisteredSerdes.register(serdes, topic -> topic != Topics.TASKS);
        driver = newDriver();
        assertThrows(RuntimeException.class, () -> want("p-1", 1, DesiredState.RUNNING, STEPS));
        assertTrue(driver.createOutputTopic(
                        Topics.EXECUTIONS.deadLetterName(), new StringDeserializer(), new ByteArrayDeserializer())
                .isEmpty());
    }

    private TestRecord<String, byte[]> letter(Topic<?> topic) {
        return driver.createOutputTopic(topic.deadLetterName(), new StringDeserializer(), new ByteArrayDeserializer())
                .readRecord();
    }

    private static String reason(TestRecord<String, byte[]> letter) {
        return new String(letter.headers().lastHeader(DeadLetterHeaders.REASON).value(), StandardCharsets.UTF_8);
    }

    /** Behind a restore all is read again: each result of each execution that was forgotten became a letter. */
    @Test
    void resultsOfExecutionsThatWereForgottenBeforeAreNoLetters() {
        TaskResult result =
                new TaskResult("p-9", "a", 1, TaskOutcome.DONE, "so it is", Map.of(), "worker", NOW.minusSeconds(60));
        driver.createInputTopic(Topics.TASK_RESULTS.name(), new StringSerializer(), new ByteArraySerializer())
                .pipeInput("p-9", bytes(Topics.TASK_RESULTS, result), NOW.minusSeconds(60));
        assertTrue(driver.createOutputTopic(
                        Topics.TASK_RESULTS.deadLetterName(), new StringDeserializer(), new ByteArrayDeserializer())
                .isEmpty());
        want("p-9", 1, DesiredState.RUNNING, "a: {run: {}}");
        assertEquals(1, orders().size());
    }

    @Test
    void whatCannotBeReadOrBelongsToNothingGoesToTheDeadLetters() {
        raw(Topics.EXECUTIONS, "p-1", new byte[] {1, 2, 3});
        assertArrayEquals(new byte[] {1, 2, 3}, letter(Topics.EXECUTIONS).value());
        ended("p-9", "a", 1, TaskOutcome.DONE, Map.of());
        assertEquals("there is no execution 'p-9'", reason(letter(Topics.TASK_RESULTS)));
        PipelineExecution wrong = PipelineExecution.newBuilder()
                .setExecutionId("p-1")
                .setRevision(1)
                .setPipeline("p")
                .setPipelineRevision(1)
                .setDefinition("{\"name\":\"p\"}")
                .setDesiredState(DesiredState.RUNNING)
                .setRequestedAt(NOW)
                .setUpdatedAt(NOW)
                .build();
        raw(Topics.EXECUTIONS, "p-1", bytes(Topics.EXECUTIONS, wrong));
        TestRecord<String, byte[]> letter = letter(Topics.EXECUTIONS);
        assertTrue(reason(letter).contains("steps: is required"), reason(letter));
        assertArrayEquals(bytes(Topics.EXECUTIONS, wrong), letter.value());
        assertEquals(List.of(), orders());
    }

    /** It began anew where offsets had expired, and nobody could stop it. */
    @Test
    void anExecutionThatWasForgottenDoesNotComeBackWithItsOldRecords() {
        want("p-1", 1, DesiredState.RUNNING, "a: {run: {}}");
        ended("p-1", "a", 1, TaskOutcome.DONE, Map.of());
        past.add(Topics.EXECUTIONS, newestWanted);
        past.add(Topics.EXECUTION_STATUS, status());
        raw(Topics.EXECUTIONS, "p-1", null);
        past.delete(Topics.EXECUTIONS, "p-1");
        past.delete(Topics.EXECUTION_STATUS, "p-1");
        orders();
        driver.close();
        driver = newDriver();

        assertNull(driver.<String, Execution>getKeyValueStore(ExecutionProcessor.STORE)
                .get("p-1"));
        driver.createInputTopic(Topics.EXECUTIONS.name(), new StringSerializer(), new ByteArraySerializer())
                .pipeInput("p-1", bytes(Topics.EXECUTIONS, newestWanted), NOW.minusSeconds(60));
        assertEquals(List.of(), orders());
        want("p-2", 1, DesiredState.RUNNING, "a: {run: {}}");
        assertEquals(1, orders().size());
    }

    @Test
    void anExecutionThatFailsIsSaidOnceAsAnAlert() {
        want("p-1", 1, DesiredState.RUNNING, "a: {run: {}}, b: {run: {}}, c: {needs: a, run: {}}");
        ended("p-1", "a", 1, TaskOutcome.FAILED, Map.of());
        assertEquals(List.of(), output(Topics.ALERTS), "b goes on, so it has not failed yet");
        ended("p-1", "b", 1, TaskOutcome.DONE, Map.of());
        KeyValue<String, Alert> alert = output(Topics.ALERTS).get(0);
        assertEquals("p-1", alert.key);
        assertEquals("p-1", alert.value.getExecutionId());
        assertEquals(AlertKind.EXECUTION_FAILED, alert.value.getKind());
        assertEquals("a: so it is", alert.value.getMessage());
        want("p-1", 2, DesiredState.RUNNING, "a: {run: {}}");
        assertEquals(List.of(), output(Topics.ALERTS), "it has failed before");
    }

    /** Of a later release that was taken back, say. The clock of all others of the partition stood still. */
    @Test
    void aDefinitionThatCannotBeReadHoldsUpNoOtherExecution() {
        want("p-1", 1, DesiredState.RUNNING, "a: {run: {}, timeout: 30s}");
        ended("p-1", "a", 1, TaskOutcome.UNDER_WAY, Map.of("run", "p-1.a"));
        past.add(Topics.EXECUTION_STATUS, status());
        past.add(
                Topics.EXECUTIONS,
                PipelineExecution.newBuilder(newestWanted)
                        .setDefinition("{\"name\":\"p\",\"steps\":{\"a\":{\"quantum\":{}}}}")
                        .build());
        want("p-2", 1, DesiredState.RUNNING, "a: {run: {}, timeout: 40s}");
        ended("p-2", "a", 1, TaskOutcome.UNDER_WAY, Map.of("run", "p-2.a"));
        past.add(Topics.EXECUTION_STATUS, status());
        past.add(Topics.EXECUTIONS, newestWanted);
        orders();
        driver.close();
        driver = newDriver();
        driver.advanceWallClockTime(Duration.ofSeconds(40));
        assertEquals(List.of("STOP a#1"), orders(), "of p-2");
        List<KeyValue<String, Alert>> alerts = output(Topics.ALERTS);
        assertEquals(List.of("p-1", "p-2"), alerts.stream().map(one -> one.key).toList());
        String message = alerts.get(0).value.getMessage();
        assertTrue(message.contains("cannot be read by this release") && message.contains("quantum"), message);
        driver.advanceWallClockTime(Duration.ofSeconds(40));
        assertEquals(List.of(), output(Topics.ALERTS), "it was said");
    }

    /** It is what the alert says to do. */
    @Test
    void anExecutionWhoseDefinitionCannotBeReadIsStopped() {
        want("p-1", 1, DesiredState.RUNNING, "a: {run: {}, timeout: 30s}, b: {needs: a, run: {}}");
        PipelineExecution later = PipelineExecution.newBuilder(newestWanted)
                .setDefinition("{\"name\":\"p\",\"steps\":{\"a\":{\"run\":{},\"hyper\":{}},"
                        + "\"b\":{\"needs\":\"a\",\"quantum\":{}}}}")
                .build();
        past.add(Topics.EXECUTION_STATUS, status());
        past.add(Topics.EXECUTIONS, later);
        orders();
        driver.close();
        driver = newDriver();
        PipelineExecution stopped = PipelineExecution.newBuilder(later)
                .setRevision(2)
                .setDesiredState(DesiredState.STOPPED)
                .build();
        raw(Topics.EXECUTIONS, "p-1", bytes(Topics.EXECUTIONS, stopped));
        List<StepTask> orders =
                output(Topics.TASKS).stream().map(order -> order.value).toList();
        assertEquals(1, orders.size());
        assertEquals("run", orders.get(0).getKind(), "who has the run goes by its kind");
        assertEquals(TaskAction.STOP, orders.get(0).getAction());
        ExecutionStatus status = status();
        assertEquals(ExecutionPhase.STOPPED, status.getPhase());
        assertEquals(List.of("a"), status.getSteps().get(1).getNeeds());
        ended("p-1", "a", 1, TaskOutcome.STOPPED, Map.of());
        for (Topic<?> topic : List.of(Topics.EXECUTIONS, Topics.TASK_RESULTS)) {
            assertTrue(
                    driver.createOutputTopic(
                                    topic.deadLetterName(), new StringDeserializer(), new ByteArrayDeserializer())
                            .isEmpty(),
                    topic.name());
        }
    }

    private Execution kept(String id) {
        return driver.<String, Execution>getKeyValueStore(ExecutionProcessor.STORE)
                .get(id);
    }

    private void assertFits(ExecutionStatus status) {
        assertTrue(bytes(Topics.EXECUTION_STATUS, status).length < 1_000_000, "on the topic");
        byte[] changelog =
                StoreSerde.of(Execution.class).serializer().serialize("changelog", kept(status.getExecutionId()));
        assertTrue(changelog.length < 1_000_000, "in the changelog");
    }

    private static String matrix(int instances) {
        return "matrix: {n: " + IntStream.range(0, instances).boxed().toList() + "}";
    }

    /** The broker took none of it, and the record came again for ever: no pipeline went on. */
    @Test
    void longMessagesAreCutUntilTheyFitIntoARecord() {
        want("p-1", 1, DesiredState.RUNNING, "a: {run: {}, " + matrix(250) + "}, b: {approval: 'Well?'}");
        for (int i = 0; i < 250; i++) {
            ended("p-1", "a.n-" + i, 1, TaskOutcome.FAILED, "x".repeat(i == 0 ? 600_000 : 5_000), Map.of());
        }
        ExecutionStatus status = status();
        assertFits(status);
        assertEquals(ExecutionPhase.RUNNING, status.getPhase());
        assertEquals(StepPhase.FAILED, status.getSteps().get(249).getPhase());
        assertTrue(status.getSteps().get(249).getMessage().startsWith("xxx"));
        assertTrue(status.getMessage().length() <= 4_000);
    }

    @Test
    void whatDoesNotFitIntoARecordFailsInWords() {
        want("p-1", 1, DesiredState.RUNNING, "a: {run: {}}, b: {task: {kind: draw}}");
        want("p-2", 1, DesiredState.RUNNING, "a: {run: {}}");
        orders();
        // An earlier release took outputs of any size.
        Execution grown = kept("p-1");
        StepState made = grown.steps().get(1);
        KeyValueStore<String, Execution> store = driver.getKeyValueStore(ExecutionProcessor.STORE);
        store.put("p-1", with(grown, made, Map.of("picture", "x".repeat(890_000))));
        ended("p-1", "a", 1, TaskOutcome.DONE, Map.of("notes", "x".repeat(20_000)));
        ExecutionStatus status = status();
        assertFits(status);
        assertEquals(ExecutionPhase.FAILED, status.getPhase());
        assertTrue(status.getMessage().startsWith("a: where the execution stands would have"), status.getMessage());
        assertEquals(
                List.of("p-1"),
                output(Topics.ALERTS).stream().map(one -> one.key).toList());
        ended("p-2", "a", 1, TaskOutcome.DONE, Map.of());
        assertEquals(ExecutionPhase.SUCCEEDED, status().getPhase(), "the others go on");
    }

    private static Execution with(Execution execution, StepState step, Map<String, String> outputs) {
        StepState made = new StepState(
                step.name(),
                step.step(),
                StepPhase.SUCCEEDED,
                1,
                "",
                outputs,
                step.startedAt(),
                step.startedAt(),
                null,
                null);
        return new Execution(
                execution.executionId(),
                execution.revision(),
                execution.pipeline(),
                execution.pipelineRevision(),
                execution.definition(),
                execution.desired(),
                execution.round(),
                execution.requestedBy(),
                List.of(execution.steps().get(0), made),
                execution.startedAt(),
                null,
                null);
    }

    @Test
    void anExecutionThatCannotEvenFailInWordsGoesToTheDeadLetters() {
        String steps = IntStream.range(0, 6_000)
                .mapToObj(i -> "\"step-" + i + "\":{\"run\":{}}")
                .collect(Collectors.joining(","));
        want("p-1", 1, DesiredState.RUNNING, "a: {run: {}}");
        PipelineExecution large = PipelineExecution.newBuilder(newestWanted)
                .setExecutionId("p-2")
                .setDefinition("{\"name\":\"p\",\"steps\":{" + steps + "}}")
                .build();
        raw(Topics.EXECUTIONS, "p-2", bytes(Topics.EXECUTIONS, large));
        String reason = reason(letter(Topics.EXECUTIONS));
        assertTrue(reason.contains("at most 900000 fit into a record"), reason);
        ended("p-1", "a", 1, TaskOutcome.DONE, Map.of());
        assertEquals(ExecutionPhase.SUCCEEDED, status().getPhase(), "the others go on");
    }
}
