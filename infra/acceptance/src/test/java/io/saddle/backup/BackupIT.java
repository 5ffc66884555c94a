package io.saddle.backup;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.saddle.cli.backup.Backup;
import io.saddle.cli.backup.BackupException;
import io.saddle.cli.backup.Manifest;
import io.saddle.cli.backup.Restore;
import io.saddle.cli.connection.ConsoleClient;
import io.saddle.demo.TinyRun;
import io.saddle.lab.report.FollowedRun;
import io.saddle.lab.report.RunFeed;
import io.saddle.schema.MultiplierUpdate;
import io.saddle.stack.LocalSettings;
import io.saddle.stack.testing.TestCluster;
import java.nio.file.Path;
import java.util.Map;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A backup that is made while a run trains, put into a new cluster, secured and with another artifact store: the run goes on there. */
class BackupIT {

    private static final String RUN = "kept";

    @TempDir
    Path temporary;

    @Test
    void aRunGoesOnInAnotherClusterAndEndsAsItWouldHave() throws Exception {
        Path backup = temporary.resolve("backup");
        FollowedRun original = new FollowedRun();
        // A stack with this run only: another's would make the copy so long that the run ends meanwhile.
        try (TestCluster cluster = TestCluster.start(TestCluster.SERVICES.toArray(String[]::new))) {
            LocalSettings stack = cluster.settings();
            try (RunFeed feed = new RunFeed(stack.kafka(), Map.of(RUN, original))) {
                new ConsoleClient(stack.consoleUrl()).submit(TinyRun.named(RUN));
                TinyRun.awaitSteps(original, 30);
                Backup.make(stack.kafka(), stack.artifactsRoot(), backup, "test", line -> {});
                TinyRun.awaitFinished(original);
            }
        }
        Manifest manifest = Manifest.read(backup);
        assertTrue(manifest.total() > 50, "records of all topics: " + manifest.partitions());

        FollowedRun restored = new FollowedRun();
        try (TestCluster cluster = TestCluster.startSecured()) {
            restore(cluster, backup);
            String refused = assertThrows(BackupException.class, () -> restore(cluster, backup))
                    .getMessage();
            assertTrue(refused.contains("is not empty"), refused);
            try (RunFeed feed = new RunFeed(cluster.settings().kafka(), Map.of(RUN, restored))) {
                TinyRun.awaitSteps(restored, 20);
                assertTrue(restored.multipliers().size() < TinyRun.DUAL_STEPS, "it was not at its end yet");
                TestCluster.SERVICES.forEach(cluster::restart);
                TinyRun.awaitFinished(restored);
            }
        }
        assertEquals(TinyRun.trajectory(original), TinyRun.trajectory(restored));
        assertEquals(
                original.finalModel().orElseThrow().getArtifact().getSha256(),
                restored.finalModel().orElseThrow().getArtifact().getSha256());
        assertEquals(
                original.finalScore().orElseThrow().getFid(),
                restored.finalScore().orElseThrow().getFid());
        assertEquals(
                LongStream.rangeClosed(1, TinyRun.DUAL_STEPS).boxed().toList(),
                restored.multipliers().stream()
                        .map(MultiplierUpdate::getDualStep)
                        .toList());
    }

    private static void restore(TestCluster cluster, Path backup) {
        Restore.run(cluster.settings().kafka(), cluster.settings().artifactsRoot(), backup, line -> {});
    }
}
