package io.saddle.model;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.saddle.artifact.ArtifactException;
import io.saddle.artifact.ArtifactException.Reason;
import io.saddle.artifact.ArtifactStore;
import io.saddle.artifact.file.FileArtifactStore;
import io.saddle.schema.Artifact;
import io.saddle.schema.KeptCheckpoint;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class RunMarkTest {

    private static final Instant SUBMITTED = Instant.parse("2026-03-01T10:00:00Z");
    private static final Instant ANOTHER = Instant.parse("2026-02-01T10:00:00Z");

    @TempDir
    private Path folder;

    private ArtifactStore store;

    @BeforeEach
    void open() throws IOException {
        store = new FileArtifactStore(folder);
    }

    private RunMark of(Instant submittedAt) {
        return new RunMark(store, "run", submittedAt, null);
    }

    private RunMark withCheckpoint() throws IOException {
        Artifact checkpoint = store.putFolder(
                "run",
                "checkpoints/step-1",
                to -> Files.writeString(to.resolve(StoredCheckpoints.STATE), "state"),
                StoredCheckpoints.STATE);
        return new RunMark(store, "run", SUBMITTED, new KeptCheckpoint(1L, checkpoint));
    }

    private String mark() throws IOException {
        return Files.readString(folder.resolve("run/submitted.txt"));
    }

    @Test
    void filesWithoutAMarkAreTheRuns() throws IOException {
        store.putFile("run", "grids/step-1.png", new byte[1]);
        assertEquals(Optional.empty(), of(SUBMITTED).others());
        assertEquals(Optional.empty(), of(null).others());
    }

    @Test
    void whoHasLeftTheMarkHasTheFiles() throws IOException {
        of(ANOTHER).leave();
        assertEquals(Optional.empty(), of(ANOTHER).others());

        String others = of(SUBMITTED).others().orElseThrow();
        assertTrue(
                others.startsWith("another run of this name, submitted at " + ANOTHER + ", has left its files at file:")
                        && others.endsWith("/run"),
                others);
        assertThrows(IllegalArgumentException.class, () -> of(SUBMITTED).leave());
        assertEquals(ANOTHER.toString(), mark());
    }

    @Test
    void noMarkIsThatOfARunOfWhichThereIsNoRecord() throws IOException {
        of(ANOTHER).leave();
        assertTrue(of(null).others().isPresent());
    }

    @Test
    void filesWithTheCheckpointOnRecordAreTheRunsAndAWrongMarkIsMended() throws IOException {
        of(ANOTHER).leave();
        RunMark run = withCheckpoint();
        assertEquals(Optional.empty(), run.others());
        run.leave();
        assertEquals(SUBMITTED.toString(), mark());
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "yesterday", "2026-03-01T10:00:00Z\u0000"})
    void ofADamagedMarkNobodyKnowsWhoseItIs(String damaged) throws IOException {
        store.putFile("run", "submitted.txt", damaged.getBytes(UTF_8));
        ArtifactException e =
                assertThrows(ArtifactException.class, () -> of(SUBMITTED).others());
        assertEquals(Reason.DAMAGED, e.reason());
        assertTrue(e.getMessage().contains("submitted.txt is damaged: delete it if "), e::getMessage);
        assertEquals(Optional.empty(), withCheckpoint().others());
    }

    @Test
    void bytesThatAreNoTextAreADamagedMark() throws IOException {
        store.putFile("run", "submitted.txt", new byte[] {(byte) 0xff, (byte) 0xfe});
        assertEquals(
                Reason.DAMAGED,
                assertThrows(ArtifactException.class, () -> of(SUBMITTED).require())
                        .reason());
    }
}
