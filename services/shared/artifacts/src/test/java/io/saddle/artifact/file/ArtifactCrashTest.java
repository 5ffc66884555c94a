package io.saddle.artifact.file;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeFalse;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What writers that died do to a store in a folder. */
class ArtifactCrashTest {

    @TempDir
    private Path root;

    private static final int MOST_OF_A_NAME = 200;
    private static final int LONGEST_PATH = 4000;

    private FileArtifactStore store;

    @BeforeEach
    void open() throws IOException {
        store = new FileArtifactStore(root);
    }

    private List<String> everything() throws IOException {
        try (Stream<Path> files = Files.list(root.resolve("run"))) {
            return files.map(file -> file.getFileName().toString()).sorted().toList();
        }
    }

    private Path leftover(String name, Duration age) throws IOException {
        Path folder = Files.createDirectories(root.resolve("run").resolve(name));
        Path file = Files.writeString(folder.resolve("weights"), name);
        FileTime time = FileTime.from(Instant.now().minus(age));
        Files.setLastModifiedTime(file, time);
        Files.setLastModifiedTime(folder, time);
        return folder;
    }

    @Test
    void whatADeadWriterLeftIsRemoved() throws IOException {
        store.putFile("run", "model", "abc".getBytes(UTF_8));
        leftover(".tmp.1.model", Duration.ofHours(2));
        leftover(".del.2.model", Duration.ofHours(2));
        leftover("group/inner/.tmp.3.model", Duration.ofHours(2));

        store.removeLeftovers();

        assertEquals(List.of("group", "model"), everything());
        assertEquals(List.of(), List.of(root.resolve("run/group/inner").toFile().list()));
    }

    @Test
    void whatALiveWriterIsAtIsLeftAlone() throws IOException {
        leftover(".tmp.1.model", Duration.ofMinutes(50));
        Path touched = leftover(".tmp.2.model", Duration.ofHours(2));
        Files.writeString(touched.resolve("weights"), "more");

        store.removeLeftovers();

        assertEquals(List.of(".tmp.1.model", ".tmp.2.model"), everything());
    }

    @Test
    void anArtifactThatWasMovedAsideButNotReplacedIsPutBack() throws IOException {
        leftover(".old.1.model.v2", Duration.ofHours(2));

        store.removeLeftovers();

        assertEquals(List.of("model.v2"), everything());
        assertEquals(".old.1.model.v2", Files.readString(root.resolve("run/model.v2/weights")));
    }

    @Test
    void anArtifactThatWasMovedAsideAndReplacedIsRemoved() throws IOException {
        leftover(".old.1.model", Duration.ofHours(2));
        store.putFile("run", "model", "abc".getBytes(UTF_8));

        store.removeLeftovers();

        assertEquals(List.of("model"), everything());
        assertEquals("abc", Files.readString(root.resolve("run/model")));
    }

    @Test
    void hiddenFilesOfOthersAreLeftAlone() throws IOException {
        leftover(".tmp.foreign", Duration.ofHours(2));
        leftover(".nfs.1.x", Duration.ofHours(2));
        Files.writeString(root.resolve(".tmp.1.x"), "not in a run");

        store.removeLeftovers();

        assertEquals(List.of(".nfs.1.x", ".tmp.foreign"), everything());
    }

    /** Such as lost+found, which root alone may read. */
    @Test
    void aFolderThatNoRunCanHaveIsNotLookedInto() throws IOException {
        Path foreign = Files.createDirectories(root.resolve("lost+found/.tmp.1.model"));
        Files.setLastModifiedTime(foreign, FileTime.from(Instant.now().minus(Duration.ofHours(2))));

        store.removeLeftovers();

        assertTrue(Files.exists(foreign));
    }

    @Test
    void whatThisUserMayNotReadIsPassedOver() throws IOException {
        leftover(".tmp.1.model", Duration.ofHours(2));
        Path group = leftover("group/.tmp.3.model", Duration.ofHours(2)).getParent();
        List<Path> closed =
                List.of(leftover("another", Duration.ofHours(2)), leftover(".tmp.2.model", Duration.ofHours(2)), group);
        for (Path folder : closed) {
            Files.setPosixFilePermissions(folder, Set.of());
        }
        Files.setPosixFilePermissions(group, PosixFilePermissions.fromString("r-x------"));
        try {
            assumeFalse(
                    Files.isReadable(closed.get(0)),
                    "root may read everything: folders that nobody may read were not tried");

            store.removeLeftovers();

            assertEquals(List.of(".tmp.2.model", "another", "group"), everything());
        } finally {
            for (Path folder : closed) {
                Files.setPosixFilePermissions(folder, PosixFilePermissions.fromString("rwx------"));
            }
        }
    }

    /** Such as a file that is in use or on a broken disk; here of paths that became too long. */
    @Test
    void whatCannotBeRemovedKeepsNothingElse() throws IOException {
        Path deep = Files.createDirectory(root.resolve("deep"));
        Path deepest = deep;
        while (deepest.toString().length() + MOST_OF_A_NAME < LONGEST_PATH) {
            deepest = Files.createDirectory(deepest.resolve("d".repeat(MOST_OF_A_NAME)));
        }
        Path stuck = leftover(".tmp.2.model", Duration.ofHours(2)).resolve("d".repeat(MOST_OF_A_NAME));
        leftover(".tmp.1.model", Duration.ofHours(2));
        leftover(".tmp.3.model", Duration.ofHours(2));
        Files.move(deep, stuck);
        try {
            store.removeLeftovers();

            assertEquals(List.of(".tmp.2.model"), everything());
        } finally {
            Files.move(stuck, deep);
        }
    }

    @Test
    void aRunWhoseDeletionWasCutOffIsGoneAndItsRestGoesWhenItIsDeletedAgain() throws IOException {
        leftover("model", Duration.ZERO);
        Files.move(root.resolve("run"), root.resolve(".del.1.run"));
        Files.createDirectories(root.resolve(".del.1.other.run"));

        assertEquals(Map.of(), store.stored());
        store.deleteRun("run");

        assertEquals(
                List.of(".del.1.other.run"), List.of(root.toFile().list((in, name) -> !name.startsWith(".store."))));
    }
}
