package io.saddle.cli.worker;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.confluent.kafka.schemaregistry.avro.AvroSchema;
import io.confluent.kafka.schemaregistry.client.MockSchemaRegistryClient;
import io.saddle.kafka.Publisher;
import io.saddle.kafka.RetryLaterException;
import io.saddle.model.data.DataRoots;
import io.saddle.pipeline.execution.OpenTasks;
import io.saddle.schema.StepTask;
import io.saddle.schema.TaskAction;
import io.saddle.schema.TaskOutcome;
import io.saddle.schema.TaskResult;
import io.saddle.serde.Serdes;
import io.saddle.topic.Topics;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.apache.kafka.clients.producer.MockProducer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** One task, whose commands are a shell's. */
class TaskWorkTest {

    /** Begins as the command does: beside the folder that it makes lies a hidden one until that is whole. */
    private static final String BEGINNING = "for word; do case $word in --out=*) out=${word#--out=};; esac; done;"
            + " part=$(dirname $out)/.$(basename $out).partial-here-7; mkdir -p $part; echo weights > $part/unet; ";

    @TempDir
    Path folder;

    private final MockProducer<byte[], byte[]> producer =
            new MockProducer<>(true, null, new ByteArraySerializer(), new ByteArraySerializer());
    private final MockSchemaRegistryClient registry = new MockSchemaRegistryClient();
    private final Serdes serdes = new Serdes(registry);
    private final OpenTasks tasks = new OpenTasks(Set.of(TaskKind.EXPORT.title(), TaskKind.JUDGE.title()));

    @BeforeEach
    void setUp() throws Exception {
        registry.register(Topics.TASK_RESULTS.subject(), new AvroSchema(Topics.TASK_RESULTS.schema()));
    }

    private StepTask order(TaskKind kind, TaskAction action, String parameters) {
        StepTask task = StepTask.newBuilder()
                .setExecutionId("pipe-1")
                .setStep("step")
                .setAttempt(1)
                .setAction(action)
                .setKind(kind.title())
                .setParameters(parameters)
                .setIssuedAt(Instant.EPOCH)
                .build();
        tasks.put(task);
        return task;
    }

    private StepTask export(TaskAction action) {
        return order(TaskKind.EXPORT, action, "{\"run\": \"r\", \"out\": \"" + folder.resolve("out/model") + "\"}");
    }

    private TaskWork work(String script) {
        return new TaskWork(
                "worker",
                new TaskPlaces(DataRoots.ANYWHERE, Optional.empty()),
                command -> Stream.concat(
                                Stream.of("sh", "-c", script, "sh"), command.words(List.of(), List.of()).stream())
                        .toList(),
                line -> {},
                Clock.systemUTC(),
                new Publisher(producer, serdes),
                tasks);
    }

    private void execute(StepTask task, TaskKind kind, String script) throws Exception {
        work(script).execute(task, kind);
    }

    private TaskResult said() {
        byte[] last = producer.history().get(producer.history().size() - 1).value();
        return serdes.deserializer(Topics.TASK_RESULTS).deserialize(Topics.TASK_RESULTS.name(), last);
    }

    private List<String> files() throws IOException {
        try (Stream<Path> all = Files.walk(folder.resolve("out"))) {
            return all.filter(Files::isRegularFile)
                    .map(file -> folder.relativize(file).toString())
                    .toList();
        }
    }

    /** A step showed a distance as if it compared with any other. */
    @Test
    void whatAJudgementMustBeReadWithIsSaidWithIt() throws Exception {
        StepTask task = order(TaskKind.JUDGE, TaskAction.START, "{\"run\": \"r\", \"reference\": \"/held-out\"}");
        String script = "while [ $1 != -- ]; do shift; done;"
                + " echo '{\"fid\": 12.5, \"notes\": [\"N differs (2 and 5)\", \"biased: '$2' has fewer samples (2)\"]}'";
        execute(task, TaskKind.JUDGE, script);
        assertEquals(TaskOutcome.DONE, said().getOutcome());
        assertEquals("12.5", said().getOutputs().get("frechet"));
        assertEquals("N differs (2 and 5); biased: r has fewer samples (2)", said().getMessage());
    }

    /** The first command's success ended the count: an outage met by the second had all samples made again every ten seconds. */
    @Test
    void whateverCommandOfATaskWaitsTheWaitsDouble() {
        StepTask task = order(TaskKind.JUDGE, TaskAction.START, "{\"run\": \"r\", \"reference\": \"/held-out\"}");
        TaskWork work = work("case $1 in sample) exit 0;; *) exit 3;; esac");
        for (int seconds : new int[] {10, 20, 40}) {
            RetryLaterException later =
                    assertThrows(RetryLaterException.class, () -> work.execute(task, TaskKind.JUDGE));
            assertEquals(Duration.ofSeconds(seconds), later.waitingTime());
        }
        work.forget(task);
        assertEquals(
                Duration.ofSeconds(10),
                assertThrows(RetryLaterException.class, () -> work.execute(task, TaskKind.JUDGE))
                        .waitingTime());
    }

    /** Gigabytes under a hidden name, which nothing would have deleted. */
    @Test
    void anExportThatIsStoppedLeavesNothing() throws Exception {
        StepTask task = export(TaskAction.START);
        Path begun = folder.resolve("begun");
        CompletableFuture<Void> stop = CompletableFuture.runAsync(() -> {
            await().until(() -> Files.exists(begun));
            export(TaskAction.STOP);
        });
        execute(task, TaskKind.EXPORT, BEGINNING + "touch " + begun + "; exec sleep 1000");
        stop.get(1, TimeUnit.MINUTES);
        assertEquals(List.of(), files());
        assertEquals(TaskOutcome.UNDER_WAY, said().getOutcome());
    }

    @Test
    void anExportThatFailsLeavesNothing() throws Exception {
        execute(export(TaskAction.START), TaskKind.EXPORT, BEGINNING + "exit 1");
        assertEquals(List.of(), files());
        assertEquals(TaskOutcome.FAILED, said().getOutcome());
    }

    /** Its worker was killed with it. */
    @Test
    void theNextAttemptDeletesWhatOneThatWasCutOffHasLeft() throws Exception {
        Path where = folder.resolve("where");
        StepTask task = export(TaskAction.START);
        String cutOff = BEGINNING + "echo $part > " + where + "; exit 3";
        assertThrows(RetryLaterException.class, () -> execute(task, TaskKind.EXPORT, cutOff));
        Path left = Path.of(Files.readString(where).strip());
        Files.createDirectories(left);
        Files.writeString(left.resolve("unet"), "weights");

        execute(task, TaskKind.EXPORT, BEGINNING.replace("-7", "-8") + "mv $part $out");
        assertEquals(List.of("out/model/unet"), files());
        assertEquals(TaskOutcome.DONE, said().getOutcome());
    }
}
