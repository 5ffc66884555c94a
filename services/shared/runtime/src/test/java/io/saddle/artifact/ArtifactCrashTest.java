package io.saddle.artifact;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.saddle.schema.Artifact;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What other writers, and writers that died, do to a store. */
class ArtifactCrashTest {

    private static final int WRITERS = 8;
    private static final int ROUNDS = 25;

    @TempDir
    private Path root;

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

    @Test
    void clearingAwayBearsWithOthersThatWriteAndDelete() throws Exception {
        FileArtifactStore eager = new FileArtifactStore(root, Duration.ofDays(1));
        concurrently(writer -> {
            Artifact artifact = store.putFolder(
                    "run", "group/model-" + writer, f -> Files.writeString(f.resolve("weights"), "abc"), "weights");
            eager.removeLeftovers();
            store.verified(artifact, "weights");
            store.delete(artifact);
            return artifact;
        });

        assertEquals(List.of(), List.of(root.resolve("run/group").toFile().list()));
    }

    @Test
    void manyWritersOfOneFolderLeaveOneWholeFolder() throws Exception {
        concurrently(writer -> {
            String content = "weights of " + writer % 3;
            return new FileArtifactStore(root)
                    .putFolder(
                            "run",
                            "model",
                            folder -> {
                                Files.writeString(folder.resolve("weights"), content);
                                Files.writeString(folder.resolve("copy"), content);
                            },
                            "weights");
        });

        Path model = root.resolve("run/model");
        assertTrue(Files.readString(model.resolve("weights")).startsWith("weights of "));
        assertEquals(Files.readString(model.resolve("weights")), Files.readString(model.resolve("copy")));
        assertEquals(List.of("model"), everything());
    }

    @Test
    void manyWritersOfTheSameFileAllGetTheSameArtifact() throws Exception {
        List<Artifact> artifacts = concurrently(writer -> store.putFile("run", "grid.png", "abc".getBytes(UTF_8)));

        assertEquals(1, artifacts.stream().distinct().count());
        store.verified(artifacts.get(0));
        assertEquals(List.of("grid.png"), everything());
    }

    private interface Writing {
        Artifact by(int writer) throws IOException;
    }

    /** All writers at once, round by round; the first failure is thrown at the end. */
    private static List<Artifact> concurrently(Writing writing) throws Exception {
        ExecutorService threads = Executors.newFixedThreadPool(WRITERS);
        CyclicBarrier barrier = new CyclicBarrier(WRITERS);
        AtomicReference<Exception> failure = new AtomicReference<>();
        try {
            List<Callable<List<Artifact>>> tasks = new ArrayList<>();
            for (int i = 0; i < WRITERS; i++) {
                int writer = i;
                tasks.add(() -> {
                    List<Artifact> written = new ArrayList<>();
                    for (int round = 0; round < ROUNDS; round++) {
                        try {
                            written.add(writing.by(writer));
                        } catch (IOException | RuntimeException e) {
                            failure.compareAndSet(null, e);
                        }
                        // In every round, failed or not: nobody may be left waiting here.
                        barrier.await();
                    }
                    return written;
                });
            }
            List<Artifact> all = new ArrayList<>();
            for (Future<List<Artifact>> written : threads.invokeAll(tasks)) {
                all.addAll(written.get());
            }
            if (failure.get() != null) {
                throw failure.get();
            }
            return all;
        } finally {
            threads.shutdownNow();
        }
    }
}
