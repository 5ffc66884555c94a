package io.saddle.streams;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.DirectoryNotEmptyException;
import java.nio.file.FileSystemException;
import java.nio.file.Path;
import java.util.List;
import org.apache.kafka.common.errors.TimeoutException;
import org.apache.kafka.streams.errors.ProcessorStateException;
import org.apache.kafka.streams.errors.StreamsException;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.rocksdb.RocksDBException;

class LocalStateTest {

    @TempDir
    Path data;

    private LocalState state;

    @BeforeEach
    void ofAFolderThatIsNotThereYet() {
        state = new LocalState(data.resolve("state"));
    }

    @Test
    void damagedFilesAreToBlameAndFoldersThatCannotBeWrittenAreNot() {
        for (Throwable damage : List.of(
                new ProcessorStateException(
                        "Error opening store", new RocksDBException("Corruption: bad magic number")),
                new StreamsException(new NumberFormatException("For input string")))) {
            assertTrue(state.isToBlame(damage), damage::toString);
            assertSame(damage, state.explained(damage));
        }
        for (Exception refusal : List.of(
                new FileSystemException("/state/.lock", null, "Read-only file system"),
                new AccessDeniedException("/state/.lock"),
                new RocksDBException("IO error: While open a file for appending: /state/LOCK: Permission denied"))) {
            Throwable failure =
                    new StreamsException(new ProcessorStateException("Failed to lock the state directory", refusal));
            assertFalse(state.isToBlame(failure), refusal::toString);
            assertEquals(
                    "the local state in " + state.folder() + " cannot be written: " + refusal
                            + "; make the folder writable and start again",
                    state.explained(failure).getMessage());
        }
    }

    @Test
    void aFailureOfTheClusterIsNone() {
        Throwable failure = new StreamsException(new TimeoutException("no answer"));
        assertFalse(state.isToBlame(failure));
        assertSame(failure, state.explained(failure));
    }

    @Test
    void whatCannotBeDeletedSaysWhyAndWhatHelps() {
        String before = "the local state in " + state.folder() + " cannot be deleted: ";
        IOException readOnly = new FileSystemException("/state/LOCK", null, "Read-only file system");
        assertEquals(
                before + readOnly + "; make the folder writable and start again",
                state.undeletable(readOnly).getMessage());
        IOException notEmpty = new DirectoryNotEmptyException("/state");
        assertEquals(
                before + notEmpty + "; delete it by hand and start again",
                state.undeletable(notEmpty).getMessage());
    }
}
