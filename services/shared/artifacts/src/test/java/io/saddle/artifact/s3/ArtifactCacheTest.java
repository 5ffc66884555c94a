package io.saddle.artifact.s3;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.saddle.artifact.ArtifactException;
import io.saddle.artifact.ArtifactException.Reason;
import io.saddle.artifact.DurableFiles;
import java.io.IOException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;
import org.junit.jupiter.api.io.TempDir;

class ArtifactCacheTest {

    private static final Duration MINUTE = Duration.ofMinutes(1);

    @TempDir
    private Path folder;

    private final AtomicInteger filled = new AtomicInteger();
    private ArtifactCache cache;

    @BeforeEach
    void open() throws IOException {
        cache = new ArtifactCache(folder, 25, MINUTE, MINUTE);
    }

    private Path entry(String id) throws IOException {
        return cache.entry(id, 10, entry -> {
            filled.incrementAndGet();
            Files.createDirectory(entry.resolve("unet"));
            Files.write(entry.resolve("unet/weights"), new byte[10]);
        });
    }

    private void unused(String id, int minutes) throws IOException {
        Files.setLastModifiedTime(
                folder.resolve("entries").resolve(id),
                FileTime.from(Instant.now().minus(MINUTE.multipliedBy(minutes))));
    }

    private List<String> children(String of) {
        return Arrays.stream(folder.resolve(of).toFile().list()).sorted().toList();
    }

    @Test
    void anEntryIsFilledOnce() throws IOException {
        assertEquals(entry("a"), entry("a"));
        assertEquals(10, Files.size(entry("a").resolve("unet/weights")));
        assertEquals(1, filled.get());
        assertEquals(List.of(), children("partial"));
    }

    @Test
    void whatCannotBeFilledIsNotThere() {
        assertThrows(
                IOException.class,
                () -> cache.entry("a", 10, entry -> {
                    Files.write(entry.resolve("half"), new byte[5]);
                    throw new IOException("cut");
                }));
        assertEquals(List.of(), children("entries"));
        assertEquals(List.of(), children("partial"));
    }

    @Test
    void anotherReaderThatWasQuickerWins() throws IOException {
        Path entry = cache.entry("a", 10, slow -> {
            entry("a");
            Files.write(slow.resolve("late"), new byte[1]);
        });

        assertEquals(10, Files.size(entry.resolve("unet/weights")));
        assertEquals(List.of(), children("partial"));
    }

    @Test
    void whatWasUsedLongestAgoGoesFirst() throws IOException {
        for (String id : List.of("a", "b")) {
            entry(id);
        }
        unused("a", 2);
        unused("b", 5);

        entry("c");

        assertEquals(List.of("a", "c"), children("entries"));
    }

    @Test
    void roomIsMadeBeforeAnythingComes() throws IOException {
        for (String id : List.of("a", "b")) {
            entry(id);
        }
        unused("a", 2);
        unused("b", 5);

        cache.entry("c", 10, entry -> assertEquals(List.of("a"), children("entries")));
        cache.entry("d", 30, entry -> assertEquals(List.of("c"), children("entries"), "more than may ever be kept"));
    }

    private void comeToAFullDisk(String id) throws IOException {
        cache.entry(id, 1, entry -> {
            Files.write(entry.resolve("half"), new byte[1]);
            if (children("entries").contains("a") || children("partial").size() > 1) {
                throw new FileSystemException(entry.resolve("half").toString(), null, "No space left on device");
            }
        });
    }

    /** Others may lie on the same disk: less than what may be kept can be too much. */
    @Test
    void whereTheDiskIsFullAllThatIsNotInUseGoesAndItIsFilledOnceMore() throws IOException {
        for (String id : List.of("a", "b")) {
            entry(id);
        }
        unused("a", 2);

        comeToAFullDisk("c");

        assertEquals(List.of("b", "c"), children("entries"));
        assertEquals(List.of(), children("partial"));
    }

    @Test
    void aDiskThatIsFullOfWhatIsInUseIsSaid() throws IOException {
        entry("a");

        ArtifactException full = assertThrows(ArtifactException.class, () -> comeToAFullDisk("c"));

        assertEquals(Reason.UNAVAILABLE, full.reason(), "it says nothing of what lies in the store");

        assertTrue(DurableFiles.hasNoRoom(full), full::getMessage);
        assertTrue(full.getMessage().contains("saddle.artifacts.cache.dir"), full::getMessage);
        assertEquals(List.of("a"), children("entries"));
        assertEquals(List.of(), children("partial"));
    }

    /** Sound checkpoints were passed over as damaged ones. */
    @Test
    void aFolderThatCannotBeUsedIsNoDamage() throws IOException {
        DurableFiles.deleteTree(folder);
        Files.createFile(folder);

        for (Executable use : List.<Executable>of(
                () -> entry("a"), () -> cache.filled(to -> {}), () -> new ArtifactCache(folder, 1, MINUTE, MINUTE))) {
            ArtifactException unusable = assertThrows(ArtifactException.class, use);
            assertEquals(Reason.UNAVAILABLE, unusable.reason());
            assertTrue(
                    unusable.getMessage().contains("saddle.artifacts.cache.dir")
                            && unusable.getMessage().contains(folder.toString()),
                    unusable::getMessage);
        }
    }

    /** As a writer does that puts together what is to go up. */
    @Test
    void whatGoesUpFindsRoomOnAFullDiskToo() throws IOException {
        entry("a");
        unused("a", 2);

        Path staged = cache.filled(folder -> {
            if (children("entries").contains("a")) {
                throw new IOException("No space left on device");
            }
            Files.createFile(folder.resolve("model"));
        });

        assertTrue(Files.exists(staged.resolve("model")));
        assertEquals(List.of(staged.getFileName().toString()), children("partial"));
    }

    @Test
    void whatIsInUseStaysEvenWithoutRoom() throws IOException {
        for (String id : List.of("a", "b", "c", "d")) {
            entry(id);
        }
        assertEquals(List.of("a", "b", "c", "d"), children("entries"));
        unused("a", 2);
        entry("a");

        entry("e");

        assertEquals(List.of("a", "b", "c", "d", "e"), children("entries"), "a was used again");
    }

    @Test
    void anEntryGoesWithItsPartsAndThoseNamedAlikeStay() throws IOException {
        for (String id : List.of("a", "a.part", "ab", "b.a")) {
            entry(id);
        }
        cache.discardAll("a");
        assertEquals(List.of("ab", "b.a"), children("entries"));
        assertEquals(List.of(), children("partial"));

        DurableFiles.deleteTree(folder.resolve("entries"));
        cache.discardAll("a");
    }

    /** By whoever fetches next: no service but the trainer asks for it. */
    @Test
    void whatACrashedProcessLeftMakesRoomForTheNextEntry() throws IOException {
        Path crashed = Files.createDirectories(folder.resolve("partial/crashed"));
        Files.createDirectories(folder.resolve("partial/fresh"));
        Files.setLastModifiedTime(crashed, FileTime.from(Instant.now().minus(MINUTE.multipliedBy(2))));

        cache.entry("a", 10, entry -> assertFalse(Files.exists(crashed), "gone before anything is fetched"));

        assertEquals(List.of("fresh"), children("partial"));
    }

    @Test
    void aFolderThatWasWipedIsMadeAnew() throws IOException {
        entry("a");
        DurableFiles.deleteTree(folder.resolve("entries"));
        DurableFiles.deleteTree(folder.resolve("partial"));

        entry("a");

        assertEquals(2, filled.get());
    }
}
