package io.saddle.primaltrainer.ownership;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.saddle.artifact.ArtifactStore;
import io.saddle.artifact.file.FileArtifactStore;
import io.saddle.diffusion.torch.HostVector;
import io.saddle.diffusion.training.ModelState;
import io.saddle.kafka.SharedCluster;
import io.saddle.primaltrainer.checkpoint.Checkpoint;
import io.saddle.primaltrainer.checkpoint.CheckpointStore;
import io.saddle.primaltrainer.journal.FileTrouble;
import io.saddle.primaltrainer.journal.RunJournal;
import io.saddle.primaltrainer.journal.StatusLine;
import io.saddle.primaltrainer.journal.TrainerRecords;
import io.saddle.schema.KeptCheckpoint;
import io.saddle.schema.RunStatus;
import io.saddle.service.AlertLog;
import io.saddle.topic.Topics;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Clock;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Two trainers of one run over a real broker and one artifact store. */
class RunClaimTest {

    private final String run = "claim-" + UUID.randomUUID();

    @TempDir
    Path root;

    private ArtifactStore artifacts;

    @BeforeEach
    void open() throws IOException {
        artifacts = new FileArtifactStore(root);
    }

    /** What a trainer does to keep a checkpoint, in the journal's order. */
    private final class Trainer implements AutoCloseable {
        private final StatusLine status;
        private final RunJournal journal;
        private final long owner;
        private final CheckpointStore checkpoints;

        Trainer(String worker) throws IOException, InterruptedException {
            status = new StatusLine(
                    new TrainerRecords(
                            run,
                            worker,
                            "build",
                            2,
                            Clock.systemUTC(),
                            new AlertLog("primal-trainer", Clock.systemUTC())),
                    null);
            journal = new RunJournal(
                    SharedCluster.settings(), SharedCluster.serdes(), run, new FileTrouble(status, () -> false));
            owner = RunClaim.take(journal, status, artifacts);
            checkpoints = new CheckpointStore(artifacts, run, owner, 1);
        }

        /** Stops between the file and the announcement until {@code goOn}. */
        CompletableFuture<Void> keep(long step, float weight, CountDownLatch written, CountDownLatch goOn)
                throws InterruptedException {
            journal.appendBulk(out -> {
                KeptCheckpoint kept = new KeptCheckpoint(step, checkpoints.write(checkpoint(step, weight)));
                written.countDown();
                goOn.await();
                status.announce(out, kept);
            });
            return journal.append(out -> checkpoints.prune(Set.of()));
        }

        void keep(long step, float weight) throws Exception {
            keep(step, weight, new CountDownLatch(1), new CountDownLatch(0)).get(30, TimeUnit.SECONDS);
        }

        @Override
        public void close() {
            journal.close();
        }
    }

    private static Checkpoint checkpoint(long step, float weight) {
        float[] values = {weight};
        return Checkpoint.first(
                new ModelState(
                        HostVector.of(values),
                        HostVector.of(values),
                        HostVector.of(values),
                        HostVector.of(values),
                        step),
                1);
    }

    private Checkpoint newest() throws IOException {
        return new CheckpointStore(artifacts, run, 0, 1)
                .newest((name, wrong) -> {})
                .orElseThrow();
    }

    @Test
    void aLaterOwnerHasAHigherTokenAlsoAboveWhatLiesInTheStore() throws Exception {
        try (Trainer first = new Trainer("first");
                Trainer second = new Trainer("second")) {
            assertTrue(second.owner > first.owner, first.owner + " < " + second.owner);
        }
        new CheckpointStore(artifacts, run, 1_000_000_000, 1).write(checkpoint(20, 1));
        try (Trainer afterTheTopicsWereLost = new Trainer("third")) {
            assertEquals(1_000_000_001, afterTheTopicsWereLost.owner);
        }
    }

    @Test
    void aZombieThatWakesUpWhileItKeepsACheckpointChangesNothingOfTheOwners() throws Exception {
        CountDownLatch written = new CountDownLatch(1);
        CountDownLatch wakeUp = new CountDownLatch(1);
        try (Trainer zombie = new Trainer("zombie")) {
            zombie.keep(20, 1);
            CompletableFuture<Void> pruned = zombie.keep(60, 2, written, wakeUp);
            written.await();
            try (Trainer owner = new Trainer("owner")) {
                owner.keep(20, 3);
                owner.keep(40, 4);
                List<String> before = artifacts.list(run, "checkpoints/");

                wakeUp.countDown();
                ExecutionException refused =
                        assertThrows(ExecutionException.class, () -> pruned.get(30, TimeUnit.SECONDS));

                assertInstanceOf(RunJournal.JournalClosedException.class, refused.getCause());
                assertTrue(zombie.journal.isFenced());
                assertEquals(before, artifacts.list(run, "checkpoints/"), "nothing written, nothing removed");
                assertEquals(40, newest().state().step());
                assertArrayEquals(new float[] {4}, newest().state().weights().toFloats());
                owner.keep(60, 5);
                assertArrayEquals(new float[] {5}, newest().state().weights().toFloats());
            }
        }
        List<RunStatus> statuses = SharedCluster.values(Topics.RUN_STATUS, run);
        assertEquals(
                List.of("zombie", "zombie", "owner", "owner", "owner", "owner"),
                statuses.stream().map(RunStatus::getWorker).toList());
        assertEquals(60, statuses.get(5).getCheckpoint().getStep());
        artifacts.verified(statuses.get(5).getCheckpoint().getArtifact(), "state.safetensors");
    }
}
