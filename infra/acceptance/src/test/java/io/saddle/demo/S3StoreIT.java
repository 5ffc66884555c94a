package io.saddle.demo;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.saddle.artifact.ArtifactStore;
import io.saddle.artifact.DurableFiles;
import io.saddle.artifact.access.ArtifactStores;
import io.saddle.artifact.server.S3Server;
import io.saddle.cli.connection.ConsoleClient;
import io.saddle.kafka.KafkaSettings;
import io.saddle.lab.report.FollowedRun;
import io.saddle.lab.report.RunFeed;
import io.saddle.schema.FidScore;
import io.saddle.schema.MultiplierUpdate;
import io.saddle.stack.testing.TestCluster;
import io.saddle.topic.Topics;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.DirectoryNotEmptyException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.LongStream;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.common.TopicPartition;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** All five services with their artifacts in a bucket of a real S3 server, which also dies, as do the copies that services keep. */
class S3StoreIT {

    private static final String RUN = "tiny";
    private static final long STEPS = 80;
    private static final Duration PATIENCE = Duration.ofMinutes(4);

    @TempDir
    private static Path folder;

    private static S3Server server;
    private static TestCluster cluster;

    @BeforeAll
    static void startEverything() {
        server = S3Server.startIn(folder.resolve("s3"));
        Map<String, String> environment = new HashMap<>();
        server.settings("saddle", folder.resolve("unused"))
                .forEach((name, value) -> environment.put(name.toUpperCase().replaceAll("[^A-Z0-9]", "_"), value));
        // Each service has its own.
        environment.remove("SADDLE_ARTIFACTS_CACHE_DIR");
        cluster = TestCluster.startIn(
                folder.resolve("stack"), environment, line -> {}, TestCluster.SERVICES.toArray(String[]::new));
    }

    @AfterAll
    static void endEverything() {
        cluster.close();
        server.close();
    }

    @Test
    void aRunEndsWithItsScoreAlthoughCopiesServerAndTrainerAreLostOnTheWay() throws Exception {
        FollowedRun run = new FollowedRun();
        KafkaSettings kafka = new KafkaSettings(cluster.bootstrapServers(), cluster.registryUrl());
        try (RunFeed feed = new RunFeed(kafka, Map.of(RUN, run))) {
            new ConsoleClient(cluster.consoleUrl())
                    .submit(TinyRun.named(RUN, STEPS).replace("mode: LOCKSTEP", "mode: PIPELINED"));
            TinyRun.awaitSteps(run, 20);
            wipeCopies();
            server.close();
            long seen = run.summaries().size();
            server = server.again();
            TinyRun.awaitSteps(run, seen + 5);
            cluster.kill("primal-trainer");
            wipeCopies();
            cluster.restart("primal-trainer");
            TinyRun.awaitSteps(run, Math.min(STEPS, seen + 20));
            wipeCopies();
            TinyRun.awaitFinished(run);
        }
        assertEquals(
                LongStream.rangeClosed(1, TinyRun.dualSteps(STEPS) - 1).boxed().toList(),
                run.multipliers().stream().map(MultiplierUpdate::getDualStep).toList());
        FidScore score = run.finalScore().orElseThrow();
        assertTrue(Double.isFinite(score.getFid()) && score.getFid() > 0, "FID " + score.getFid());
        assertEquals(0, deadLetters(), "what the server could not give at once was not given up");
        assertWholeInTheBucket(run, score);
        assertFalse(Files.exists(cluster.home().data("artifacts")), "nothing went to the local store");
    }

    /** The command line and the console read what the services wrote; what was superseded is gone. */
    private static void assertWholeInTheBucket(FollowedRun run, FidScore score) throws Exception {
        ArtifactStore store = ArtifactStores.open(cluster.settings().artifacts());
        assertTrue(score.getGrid().getUri().startsWith("s3://" + S3Server.BUCKET + "/saddle/" + RUN + "/grids/"));
        byte[] grid = Files.readAllBytes(store.verified(score.getGrid()));
        assertArrayEquals(grid, console("/api/runs/" + RUN + "/grids/" + score.getStep()));
        Path model = store.verified(run.finalModel().orElseThrow().getArtifact());
        assertTrue(Files.exists(model.resolve("unet/config.json")));
        for (String group : List.of("checkpoints/", "snapshots/raw/", "snapshots/ema/")) {
            Awaitility.await(group + " pruned")
                    .atMost(PATIENCE)
                    .until(() -> store.list(RUN, group).size(), kept -> kept >= 1 && kept <= 4);
        }
    }

    private static byte[] console(String path) throws IOException, InterruptedException {
        HttpResponse<byte[]> response = HttpClient.newBuilder()
                .version(HttpClient.Version.HTTP_1_1)
                .build()
                .send(
                        HttpRequest.newBuilder(URI.create(cluster.consoleUrl() + path))
                                .build(),
                        HttpResponse.BodyHandlers.ofByteArray());
        assertEquals(200, response.statusCode());
        return response.body();
    }

    private static long deadLetters() throws Exception {
        Map<TopicPartition, OffsetSpec> ends = new HashMap<>();
        String name = Topics.SNAPSHOTS.deadLetterName();
        try (Admin admin = Admin.create(Map.of("bootstrap.servers", cluster.bootstrapServers()))) {
            admin.describeTopics(List.of(name))
                    .allTopicNames()
                    .get()
                    .get(name)
                    .partitions()
                    .forEach(partition ->
                            ends.put(new TopicPartition(name, partition.partition()), OffsetSpec.latest()));
            return admin.listOffsets(ends).all().get().values().stream()
                    .mapToLong(end -> end.offset())
                    .sum();
        }
    }

    /** A service may put a copy there in between. */
    private static void wipeCopies() {
        for (String service : TestCluster.SERVICES) {
            Path copies = cluster.home().data(service).resolve("artifact-cache");
            Awaitility.await(copies.toString())
                    .ignoreExceptionsInstanceOf(DirectoryNotEmptyException.class)
                    .until(() -> {
                        DurableFiles.deleteTree(copies);
                        return true;
                    });
        }
    }
}
