package io.saddle.backup;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.saddle.cli.ConsoleClient;
import io.saddle.local.TestCluster;
import io.saddle.report.RunFeed;
import io.saddle.report.RunHistory;
import io.saddle.schema.ConstraintMultiplier;
import io.saddle.schema.MultiplierUpdate;
import io.saddle.schema.RunPhase;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.LongStream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A backup that is made while a run trains, put into a new cluster with another artifact store: the run goes on there. */
class BackupIT {

    private static final Duration PATIENCE = Duration.ofMinutes(4);
    private static final String RUN = "kept";

    @TempDir
    Path temporary;

    @Test
    void aRunGoesOnInAnotherClusterAndEndsAsItWouldHave() throws Exception {
        Path backup = temporary.resolve("backup");
        RunHistory original = new RunHistory();
        try (TestCluster cluster = TestCluster.start(TestCluster.SERVICES.toArray(String[]::new))) {
            try (RunFeed feed = new RunFeed(cluster.settings().kafka(), Map.of(RUN, original))) {
                new ConsoleClient(cluster.consoleUrl()).submit(tinyRun());
                Awaitility.await()
                        .atMost(PATIENCE)
                        .until(() -> original.summaries().size() > 30);
                Backup.make(cluster.settings().kafka(), cluster.settings().artifactsRoot(), backup, "test", line -> {});
                awaitEnd(original);
            }
        }
        Manifest manifest = Manifest.read(backup);
        assertTrue(manifest.total() > 50, "records of all topics: " + manifest.partitions());

        RunHistory restored = new RunHistory();
        try (TestCluster cluster = TestCluster.start()) {
            restore(cluster, backup);
            String refused = assertThrows(BackupException.class, () -> restore(cluster, backup))
                    .getMessage();
            assertTrue(refused.contains("is not empty"), refused);
            try (RunFeed feed = new RunFeed(cluster.settings().kafka(), Map.of(RUN, restored))) {
                Awaitility.await()
                        .atMost(PATIENCE)
                        .until(() -> restored.summaries().size() > 20);
                assertTrue(restored.multipliers().size() < 23, "it was not at its end yet");
                TestCluster.SERVICES.forEach(cluster::restart);
                awaitEnd(restored);
            }
        }
        assertEquals(trajectory(original), trajectory(restored));
        assertEquals(
                original.finalModel().orElseThrow().getArtifact().getSha256(),
                restored.finalModel().orElseThrow().getArtifact().getSha256());
        assertEquals(
                original.finalScore().orElseThrow().getFid(),
                restored.finalScore().orElseThrow().getFid());
        assertEquals(
                LongStream.rangeClosed(1, 23).boxed().toList(),
                restored.multipliers().stream()
                        .map(MultiplierUpdate::getDualStep)
                        .toList());
    }

    private static void restore(TestCluster cluster, Path backup) {
        Restore.run(cluster.settings().kafka(), cluster.settings().artifactsRoot(), backup, line -> {});
    }

    private static String tinyRun() throws IOException {
        try (InputStream in = BackupIT.class.getResourceAsStream("/tiny-run.yaml")) {
            return new String(in.readAllBytes(), StandardCharsets.UTF_8).replace("name: tiny", "name: " + RUN);
        }
    }

    private static void awaitEnd(RunHistory run) {
        Awaitility.await()
                .atMost(PATIENCE)
                .until(() -> run.status().map(status -> status.getPhase()).orElse(null) == RunPhase.COMPLETED
                        && run.finalScore().isPresent());
    }

    /** Each dual step's multipliers, to the bit. */
    private static List<String> trajectory(RunHistory run) {
        List<String> trajectory = new ArrayList<>();
        for (MultiplierUpdate update : run.multipliers()) {
            for (ConstraintMultiplier row : update.getConstraints()) {
                trajectory.add(update.getDualStep() + " " + row.getConstraintId() + " "
                        + Double.doubleToRawLongBits(row.getAfter()));
            }
        }
        return trajectory;
    }
}
