package io.saddle.cli.track;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.saddle.cli.CommandRun;
import io.saddle.cli.track.MadeRecords.Moved;
import io.saddle.kafka.KafkaSettings;
import io.saddle.kafka.Publisher;
import io.saddle.schema.RunPhase;
import io.saddle.stack.testing.ClusterExtension;
import io.saddle.stack.testing.TestCluster;
import io.saddle.topic.RunPartitioner;
import io.saddle.topic.Topic;
import io.saddle.topic.Topics;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.apache.avro.specific.SpecificRecord;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

@ExtendWith(ClusterExtension.class)
class TrackCommandIT {

    private final TestCluster cluster;
    private final String run = "track-" + UUID.randomUUID();

    @TempDir
    Path logs;

    private KafkaProducer<byte[], byte[]> producer;
    private Publisher publisher;

    TrackCommandIT(TestCluster cluster) {
        this.cluster = cluster;
    }

    @BeforeEach
    void connect() throws Exception {
        KafkaSettings kafka = new KafkaSettings(cluster.bootstrapServers(), cluster.registryUrl());
        producer = new KafkaProducer<>(kafka.producer(), new ByteArraySerializer(), new ByteArraySerializer());
        publisher = new Publisher(producer, kafka.serdes());
        send(Topics.RUNS, MadeRecords.run(run));
    }

    @AfterEach
    void close() {
        producer.close();
    }

    private <T extends SpecificRecord> void send(Topic<T> topic, T value) throws Exception {
        publisher.send(topic, run, value).get();
    }

    private void step(long step) throws Exception {
        send(Topics.GRADIENT_SUMMARIES, MadeRecords.summary(run, step, step / 2.0, 1000 * step));
    }

    private CommandRun track(String runId, String... options) {
        List<String> arguments = new ArrayList<>(List.of(
                "track", runId, "--bootstrap=" + cluster.bootstrapServers(), "--registry=" + cluster.registryUrl()));
        arguments.addAll(List.of(options));
        return CommandRun.of(arguments.toArray(String[]::new));
    }

    private EventFileContents contents() throws IOException {
        return EventFileContents.of(logs.resolve(run));
    }

    @Test
    void eventFilesHoldWhatIsThereOnceHoweverOftenItIsWritten() throws Exception {
        step(1);
        step(2);
        send(Topics.MULTIPLIERS, MadeRecords.update(run, 1, 2, 2500, new Moved("digit-4", 0.5, -0.125)));
        send(Topics.FID_SCORES, MadeRecords.score(run, 2, false, 20, 2600));
        publisher
                .send(Topics.GRADIENT_SUMMARIES, run + "-other", MadeRecords.summary(run + "-other", 9, 1, 1))
                .get();
        CommandRun first = track(run, "--tensorboard=" + logs, "--once");
        assertEquals(0, first.exitCode(), first.err());
        assertEquals(
                List.of(run + ": writing to " + logs.resolve(run), "step 2: 23 values; the run is QUEUED"),
                first.lines());

        step(2);
        step(3);
        CommandRun second = track(run, "--tensorboard=" + logs, "--once");
        assertTrue(second.out().contains("step 3: 7 values"), second.out());
        assertEquals(List.of("1@1.0=0.5", "2@2.0=1.0", "3@3.0=1.5"), contents().points("loss/objective"));
        assertEquals(List.of("2@2.5=0.5"), contents().points("multiplier/digit-4"));
        assertEquals(List.of("2@2.5=-0.125"), contents().points("slack/digit-4"));
        assertEquals(List.of("2@2.6=20.0"), contents().points("eval/fid"));
        assertEquals(1, contents().texts("spec").size());
        assertEquals(
                List.of(
                        "cosine_to_objective/digit-4",
                        "dual/step",
                        "eval/distance_to_uniform",
                        "eval/fid",
                        "frequency/0",
                        "frequency/4",
                        "gradient_norm/objective",
                        "loss/objective",
                        "mixture_weight/digit-4",
                        "mixture_weight/objective",
                        "multiplier/digit-4",
                        "slack/digit-4",
                        "train/gradient_norm",
                        "train/lagrangian",
                        "train/learning_rate",
                        "train/samples_per_second"),
                contents().tags());
    }

    @Test
    void aRunIsFollowedUntilItsFinishedModelIsJudged() throws Exception {
        CompletableFuture<CommandRun> tracked =
                CompletableFuture.supplyAsync(() -> track(run, "--tensorboard=" + logs));
        step(1);
        await().atMost(Duration.ofSeconds(30))
                .until(() -> Files.exists(logs.resolve(run)) && hasPoints("loss/objective", 1));
        step(2);
        send(Topics.SNAPSHOTS, MadeRecords.finalModel(run, 2));
        send(Topics.RUN_STATUS, MadeRecords.status(run, RunPhase.COMPLETED, 2, Instant.now()));
        await().atMost(Duration.ofSeconds(30)).until(() -> hasPoints("loss/objective", 2));
        send(
                Topics.FID_SCORES,
                MadeRecords.score(run, 2, true, 10, Instant.now().toEpochMilli()));
        CommandRun done = tracked.get(60, TimeUnit.SECONDS);
        assertEquals(0, done.exitCode(), done.err());
        assertEquals(1, contents().points("eval/fid").size());
        assertTrue(done.out().contains("; the run is COMPLETED"), done.out());
    }

    private boolean hasPoints(String tag, int count) throws IOException {
        return contents().points(tag).size() == count;
    }

    @Test
    void mlflowHoldsTheRunToItsEnd() throws Exception {
        step(1);
        send(Topics.RUN_STATUS, MadeRecords.status(run, RunPhase.STOPPED, 1, Instant.ofEpochMilli(5000)));
        try (FakeMlflow mlflow = new FakeMlflow()) {
            for (int time = 0; time < 2; time++) {
                CommandRun tracked = track(run, "--mlflow=" + mlflow.url());
                assertEquals(0, tracked.exitCode(), tracked.err());
                assertEquals("KILLED", mlflow.run().status);
                assertEquals(7, mlflow.run().metrics.size());
                assertTrue(
                        mlflow.run().metrics.contains("loss/objective 1@1000=0.5"),
                        mlflow.run().metrics.toString());
            }
            assertEquals(List.of("saddle"), List.copyOf(mlflow.experiments.keySet()));
        }
    }

    /** What was before its tombstone stands on the topic until Kafka clears up. */
    @Test
    void aRunThatWasDeletedWithItsHistoryIsNotThere() throws Exception {
        step(1);
        producer.send(new ProducerRecord<>(
                        Topics.RUNS.name(),
                        RunPartitioner.partition(run, Topics.RUNS.partitions()),
                        run.getBytes(UTF_8),
                        null))
                .get();
        CommandRun gone = track(run, "--tensorboard=" + logs, "--once");
        assertEquals(4, gone.exitCode(), gone.out());
    }

    @Test
    void aRunThatIsNotThereIsNamed() {
        CommandRun unknown = track(run + "x", "--tensorboard=" + logs, "--once");
        assertEquals(4, unknown.exitCode());
        assertTrue(unknown.err().contains("no run '" + run + "x' on saddle.runs"), unknown.err());
        assertTrue(unknown.err().contains("./saddle run list"), unknown.err());
        assertTrue(Files.notExists(logs.resolve(run + "x")));
    }
}
