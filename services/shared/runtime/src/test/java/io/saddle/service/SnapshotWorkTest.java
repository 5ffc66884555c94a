package io.saddle.service;

import static io.saddle.schema.SnapshotWeights.RAW;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTimeout;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.saddle.artifact.ArtifactException;
import io.saddle.artifact.ArtifactException.Reason;
import io.saddle.kafka.Received;
import io.saddle.run.RunTables;
import io.saddle.run.spec.RunSpec;
import io.saddle.run.spec.RunSpecParser;
import io.saddle.run.spec.Submissions;
import io.saddle.schema.Artifact;
import io.saddle.schema.ModelSnapshot;
import io.saddle.schema.RunLifecycle;
import io.saddle.schema.RunMetadata;
import io.saddle.schema.SnapshotWeights;
import java.io.IOException;
import java.nio.file.FileSystemException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.LongStream;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SnapshotWorkTest {

    static ModelSnapshot snapshot(String runId, long step, SnapshotWeights weights) {
        return new ModelSnapshot(
                runId,
                step,
                step / 20,
                weights,
                false,
                Map.of(),
                new Artifact("file:///x", "00", 1L),
                "worker",
                Instant.EPOCH);
    }

    static Received<ModelSnapshot> received(long step) {
        return new Received<>("saddle.snapshots", 0, step, 0, "r", snapshot("r", step, RAW), new RecordHeaders());
    }

    @Test
    void whatWasPrunedIsGoneAndWhatIsDamagedOrRefusedIsNot() {
        assertTrue(SnapshotWork.isGone(new ArtifactException(Reason.MISSING, "pruned")));
        assertTrue(SnapshotWork.isGone(new NoSuchFileException("pruned while it was read")));
        assertFalse(SnapshotWork.isGone(new ArtifactException(Reason.DAMAGED, "other bytes")));
        assertFalse(SnapshotWork.isGone(new ArtifactException(Reason.REFUSED, "not in the store")));
        assertFalse(SnapshotWork.isGone(new FileSystemException("Input/output error")));
    }

    /** An evaluation of nothing: every snapshot's files are gone. */
    private final class Gone extends NoEvaluation {
        @Override
        public boolean isSettled(Received<ModelSnapshot> snapshot, RunSpec spec) {
            return snapshot.value().getStep() == settledStep;
        }

        @Override
        public void evaluate(ModelSnapshot snapshot, RunSpec spec) throws IOException {
            lookedAt.add(snapshot.getStep());
            if (saidMeanwhile != null) {
                said(saidMeanwhile);
            }
            throw new ArtifactException(Reason.MISSING, "pruned");
        }
    }

    @TempDir
    Path folder;

    private final RunTables tables = new RunTables();
    private final List<Long> lookedAt = new ArrayList<>();
    /** What is said of the run while a snapshot's files are looked for. */
    private RunLifecycle saidMeanwhile;

    private long settledStep = -1;

    private void handle(long step, long... inTheBatch) throws Exception {
        RunSpec spec = new RunSpecParser().parse("run.yaml", "{name: r}");
        tables.put(new Submissions(new RunSpecParser(), Clock.systemUTC())
                .submission(spec, "test")
                .run());
        SnapshotWork work = new SnapshotWork(tables, new Gone(), new UnfinishedWork(folder, Clock.systemUTC()), null);
        List<Received<ModelSnapshot>> batch =
                LongStream.of(inTheBatch).mapToObj(SnapshotWorkTest::received).toList();
        work.begin(batch);
        work.handle(received(step));
    }

    /** Lost offsets: each snapshot of weeks cost seconds, an alert and a dead letter. */
    @Test
    void whatIsSettledIsPassedOverWithoutALookAtItsFiles() throws Exception {
        settledStep = 20;
        handle(20, 20);
        assertEquals(List.of(), lookedAt);
    }

    @Test
    void aSnapshotThatWasPrunedAndIsFollowedByANewerOneIsPassedOverAlsoWhereEveryOneIsMeasured() throws Exception {
        handle(20, 20, 40);
        assertEquals(List.of(20L), lookedAt);
    }

    @Test
    void theNewestOfARunWhoseFilesAreMissingIsNotPassedOver() {
        assertThrows(ArtifactException.class, () -> handle(40, 20, 40));
    }

    private void said(RunLifecycle lifecycle) {
        tables.put(RunMetadata.newBuilder()
                .setRunId("r")
                .setRevision(1)
                .setLifecycle(lifecycle)
                .setLifecycleSince(Instant.EPOCH)
                .setUpdatedAt(Instant.EPOCH)
                .build());
    }

    /** It became an alert of damage and a dead letter. */
    @Test
    void theNewestOfARunThatIsBeingDeletedIsPassedOverUnlookedAt() throws Exception {
        said(RunLifecycle.DELETING);
        handle(40, 20, 40);
        said(RunLifecycle.DELETED);
        handle(40, 20, 40);
        assertEquals(List.of(), lookedAt);
    }

    @Test
    void aRunThatIsDeletedWhileItsSnapshotIsReadIsNotMissed() throws Exception {
        saidMeanwhile = RunLifecycle.DELETING;
        handle(40, 20, 40);
        assertEquals(List.of(40L), lookedAt);
    }

    @Test
    void anArchivedRunIsMeasuredLikeAnyOther() {
        said(RunLifecycle.ARCHIVED);
        assertThrows(ArtifactException.class, () -> handle(40, 20, 40));
    }

    /** It took half a minute, in which all others waited. */
    @Test
    void aRunThatWasDeletedWithItsHistoryIsNotWaitedFor() throws Exception {
        said(RunLifecycle.DELETED);
        SnapshotWork work = new SnapshotWork(tables, new Gone(), new UnfinishedWork(folder, Clock.systemUTC()), null);
        work.begin(List.of(received(40)));
        assertTimeout(Duration.ofSeconds(10), () -> work.handle(received(40)));
    }
}
