package io.saddle.security;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.saddle.cli.backup.Backup;
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

/** A run of which a backup was made while it trained, and which ended undisturbed where that was; the backup goes elsewhere. */
final class MovedRun {

    private static final String NAME = "kept";

    private final Path backup;
    private final FollowedRun original = new FollowedRun();

    private MovedRun(Path backup) {
        this.backup = backup;
    }

    /**
     * Trains the run on a stack of its own: another run would make the copy so long that this one ends meanwhile.
     *
     * @param backup the folder that is made
     */
    static MovedRun backedUpIn(Path backup) throws Exception {
        MovedRun moved = new MovedRun(backup);
        try (TestCluster cluster = TestCluster.start(TestCluster.SERVICES.toArray(String[]::new))) {
            LocalSettings stack = cluster.settings();
            try (RunFeed feed = new RunFeed(stack.kafka(), Map.of(NAME, moved.original))) {
                new ConsoleClient(stack.consoleUrl()).submit(TinyRun.named(NAME));
                TinyRun.awaitSteps(moved.original, 30);
                Backup.make(stack.kafka(), stack.artifactsRoot(), backup, "test", line -> {});
                TinyRun.awaitFinished(moved.original);
            }
        }
        Manifest manifest = Manifest.read(backup);
        assertTrue(manifest.total() > 50, "records of all topics: " + manifest.partitions());
        return moved;
    }

    /** Puts the backup into a cluster. */
    void restoreInto(TestCluster cluster) {
        Restore.run(cluster.settings().kafka(), cluster.settings().artifactsRoot(), backup, line -> {});
    }

    /** Fails unless the backup has the run's beginning alone. */
    void assertIsUnderWayIn(TestCluster cluster) {
        FollowedRun restored = new FollowedRun();
        try (RunFeed feed = new RunFeed(cluster.settings().kafka(), Map.of(NAME, restored))) {
            TinyRun.awaitSteps(restored, 20);
            assertTrue(restored.multipliers().size() < TinyRun.DUAL_STEPS, "it was not at its end yet");
        }
    }

    /** Waits for the run's end in the other cluster, and fails unless it is the original's to the bit. */
    void assertEndsAlikeIn(TestCluster cluster) {
        FollowedRun restored = new FollowedRun();
        try (RunFeed feed = new RunFeed(cluster.settings().kafka(), Map.of(NAME, restored))) {
            TinyRun.awaitFinished(restored);
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
}
