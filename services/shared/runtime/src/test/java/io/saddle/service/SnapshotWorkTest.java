package io.saddle.service;

import static io.saddle.schema.SnapshotWeights.RAW;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTimeout;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.saddle.artifact.file.FileArtifactStore;
import io.saddle.kafka.Received;
import io.saddle.kafka.RefusedException;
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
import java.nio.file.Files;
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
        return snapshot(runId, step, weights, new Artifact("file:///x", "00", 1L));
    }

    private static ModelSnapshot snapshot(String runId, long step, SnapshotWeights weights, Artifact artifact) {
        return new ModelSnapshot(runId, step, step / 20, weights, false, Map.of(), artifact, "worker", Instant.EPOCH);
    }

    static Received<ModelSnapshot> received(long step) {
        return received(snapshot("r", step, RAW));
    }

    private static Received<ModelSnapshot> received(ModelSnapshot snapshot) {
        return new Received<>("saddle.snapshots", 0, snapshot.getStep(), 0, "r", snapshot, new RecordHeaders());
    }

    /** A snapshot that the store has nothing of, unless its file is written. */
    private Received<ModelSnapshot> pruned(long step) {
        return received(snapshot("r", step, RAW, new Artifact(file(step).toUri().toString(), "00", 1L)));
    }

    private Path file(long step) {
        return store.resolve("r").resolve("step-" + step);
    }

    /** An evaluation that never finds a file that it needs. */
    private final class Misses extends NoEvaluation {
        @Override
        public boolean mayBeSkipped(ModelSnapshot snapshot, RunSpec spec) {
            return !everyOne;
        }

        @Override
        public boolean isSettled(Received<ModelSnapshot> snapshot, RunSpec spec) {
            return snapshot.value().getStep() == settledStep;
        }

        @Override
        public void evaluate(Received<ModelSnapshot> snapshot, RunSpec spec) throws IOException {
            lookedAt.add(snapshot.value().getStep());
            if (saidMeanwhile != null) {
                said(saidMeanwhile);
            }
            throw new NoSuchFileException("of a snapshot, data or a judge");
        }
    }

    @TempDir
    Path folder;

    @TempDir
    Path store;

    private final RunTables tables = new RunTables();
    private final List<Long> lookedAt = new ArrayList<>();
    /** What is said of the run while a snapshot's files are looked for. */
    private RunLifecycle saidMeanwhile;

    private long settledStep = -1;
    /** Whether each snapshot of a run is to be evaluated. */
    private boolean everyOne = true;

    private final SaidAlerts said = new SaidAlerts();

    private SnapshotWork work() throws IOException {
        return work(tables);
    }

    private SnapshotWork work(RunTables tables) throws IOException {
        return new SnapshotWork(
                tables,
                new Misses(),
                new UnfinishedWork(folder, Clock.systemUTC()),
                said.alerts(),
                new FileArtifactStore(store));
    }

    private void defineTheRun() throws IOException {
        RunSpec spec = new RunSpecParser().parse("run.yaml", "{name: r}");
        tables.put(new Submissions(new RunSpecParser(), Clock.systemUTC())
                .submission(spec, "test")
                .run());
    }

    private void handle(long step, long... inTheBatch) throws Exception {
        defineTheRun();
        SnapshotWork work = work();
        List<Received<ModelSnapshot>> batch =
                LongStream.of(inTheBatch).mapToObj(this::pruned).toList();
        work.begin(batch);
        work.handle(pruned(step));
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

    /** Two looks that failed were taken for a snapshot that was pruned. */
    @Test
    void aSnapshotThatCannotBeLookedAtIsNotTakenForOneThatWasPruned() throws Exception {
        Files.createSymbolicLink(store.resolve("r"), store.resolve("r"));
        assertThrows(NoSuchFileException.class, () -> handle(20, 20, 40));
    }

    /** What it lacks may be data or a judge's file: nobody would hear of it. */
    @Test
    void aSnapshotThatIsThereIsNotPassedOverWhateverFileIsMissing() throws Exception {
        Files.createDirectories(store.resolve("r"));
        Files.write(file(20), new byte[1]);
        assertThrows(NoSuchFileException.class, () -> handle(20, 20, 40));
    }

    @Test
    void aSnapshotThatIsNotOfTheStoreIsNotPassedOver() throws Exception {
        defineTheRun();
        SnapshotWork work = work();
        work.begin(List.of(received(20), received(40)));
        assertThrows(NoSuchFileException.class, () -> work.handle(received(20)));
    }

    @Test
    void theNewestOfARunWhoseFilesAreMissingIsNotPassedOver() {
        assertThrows(NoSuchFileException.class, () -> handle(40, 20, 40));
    }

    /** Of an ASYNC run, or of its averaged weights: it was passed over without a word, and the next ones, too. */
    @Test
    void thatTheStoreHasNothingOfTheRunIsSaidWhereSnapshotsMayBeSkipped() throws Exception {
        everyOne = false;
        handle(40, 40);
        assertEquals(
                List.of(
                        "the snapshot of step 40 was not evaluated: nothing of the run is in this evaluator's artifact store"),
                said.messages());
    }

    @Test
    void oneThatWasPrunedIsPassedOverInSilenceWhereSnapshotsMayBeSkipped() throws Exception {
        everyOne = false;
        Files.createDirectories(store.resolve("r"));
        Files.write(file(60), new byte[1]);
        handle(40, 40);
        assertEquals(List.of(40L), lookedAt);
        assertEquals(List.of(), said.messages());
    }

    @Test
    void snapshotsOfOtherWeightsAskForNoWork() throws Exception {
        assertTrue(work().concerns(received(20)));
        assertFalse(work().concerns(received(snapshot("r", 20, SnapshotWeights.EMA))));
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
        assertThrows(NoSuchFileException.class, () -> handle(40, 20, 40));
    }

    /** It took half a minute, in which all others waited. */
    @Test
    void aRunThatWasDeletedWithItsHistoryIsNotWaitedFor() throws Exception {
        said(RunLifecycle.DELETED);
        SnapshotWork work = work();
        work.begin(List.of(received(40)));
        assertTimeout(Duration.ofSeconds(10), () -> work.handle(received(40)));
    }

    /** It was dropped with a line in the log, and its run waited for the estimate for ever. */
    @Test
    void aSnapshotThatIsThereOfARunThatIsNotKnownIsRefusedForTheDeadLetters() throws Exception {
        Files.createDirectories(store.resolve("r"));
        Files.write(file(40), new byte[1]);
        SnapshotWork work = work(new RunTables(Duration.ZERO));
        work.begin(List.of(pruned(40)));
        RefusedException refused = assertThrows(RefusedException.class, () -> work.handle(pruned(40)));
        assertTrue(refused.getMessage().contains("no record of 'r'"), refused.getMessage());
    }

    @Test
    void aSnapshotThatIsGoneOfARunThatIsNotKnownIsPassedOver() throws Exception {
        SnapshotWork work = work(new RunTables(Duration.ZERO));
        work.begin(List.of(pruned(40)));
        work.handle(pruned(40));
        assertEquals(List.of(), lookedAt);
    }
}
