package io.saddle.cli.backup;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeFalse;

import io.saddle.artifact.FileDigest;
import io.saddle.cli.CommandRun;
import io.saddle.cli.terminal.ExitCode;
import io.saddle.topic.Topics;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class BackupTest {

    @TempDir
    Path folder;

    private void file(String path) throws IOException {
        Path file = folder.resolve(path);
        Files.createDirectories(file.getParent());
        Files.writeString(file, path);
    }

    private static Manifest manifest(Map<String, FileDigest> files) {
        return new Manifest("1", "2026", "file:///a", true, files, Map.of(), Map.of(), Map.of());
    }

    @Test
    void everyTopicIsCopiedOnce() {
        assertEquals(Topics.all().size(), Backup.order().size());
        assertEquals(Set.copyOf(Topics.all()), Set.copyOf(Backup.order()));
    }

    /** A worker's place may be behind an order whose end is not in the copy: it would be done by nobody. */
    @Test
    void workersReadTheirOrdersAnewAfterARestore() {
        assertFalse(Backup.keepsPosition("saddle-worker"));
        assertFalse(Backup.keepsPosition("saddle-worker-data"));
        assertFalse(Backup.keepsPosition("saddle-dual-updater"));
        assertFalse(Backup.keepsPosition("another-worker"));
        assertTrue(Backup.keepsPosition("saddle-fid-evaluator"));
        Map<String, Long> position = Map.of("saddle.tasks-0", 3L);
        assertEquals(
                Set.of("saddle-fid-evaluator"),
                Backup.keptPositions(Map.of("saddle-worker", position, "saddle-fid-evaluator", position))
                        .keySet(),
                "a backup of a release that kept them");
    }

    @Test
    void checkpointsAndTheOthersAreTheTwoPartsOfAStore() throws IOException {
        file("store/run/checkpoints/step-1/state");
        file("store/run/snapshots/raw/step-1/weights");
        file("store/run/.tmp.1.step/half");
        file("store/datasets/faces@1/pixels");
        Path to = folder.resolve("copy");

        ArtifactFiles.copy(folder.resolve("store"), to, ArtifactFiles::isCheckpoint);
        assertEquals(
                List.of("run/checkpoints/step-1/state"),
                List.copyOf(FileDigest.ofAll(to).keySet()));
        assertEquals(Set.of("run"), ArtifactFiles.runsWithCheckpoints(to));

        ArtifactFiles.copy(folder.resolve("store"), to, within -> !ArtifactFiles.isCheckpoint(within));
        assertEquals(
                List.of("datasets/faces@1/pixels", "run/checkpoints/step-1/state", "run/snapshots/raw/step-1/weights"),
                List.copyOf(FileDigest.ofAll(to).keySet()));
    }

    /** Nothing was copied, and where there was no checkpoint the backup was said to be whole. */
    @Test
    void aStoreIsCopiedWhoseRootIsALinkAndToWhereOneLeads() throws IOException {
        file("disk/run/checkpoints/step-1/state");
        Path from = Files.createSymbolicLink(folder.resolve("store"), folder.resolve("disk"));
        Path to = Files.createSymbolicLink(
                folder.resolve("copy"), Files.createDirectories(folder.resolve("another-disk")));

        assertTrue(ArtifactFiles.copy(from, to, within -> true) > 0);
        assertEquals(
                List.of("run/checkpoints/step-1/state"),
                List.copyOf(FileDigest.ofAll(folder.resolve("another-disk")).keySet()));
    }

    @Test
    void whatADiskHasBesideTheRunsIsPassedOver() throws IOException {
        file("store/run/snapshots/raw/step-1/weights");
        file("store/lost+found/#1234/weights");
        copiesTheRunAlone();
    }

    /** Of a store that is the root of a disk no backup could be made: its lost+found is root's alone. */
    @Test
    void whatADiskHasBesideTheRunsNeedNotBeReadable() throws IOException {
        file("store/run/snapshots/raw/step-1/weights");
        file("store/lost+found/#1234/weights");
        Path closed = folder.resolve("store/lost+found");
        Files.setPosixFilePermissions(closed, Set.of());
        try {
            assumeFalse(
                    Files.isReadable(closed),
                    "root may read everything: a disk's lost+found in a backup was not tried");
            copiesTheRunAlone();
        } finally {
            Files.setPosixFilePermissions(closed, PosixFilePermissions.fromString("rwx------"));
        }
    }

    private void copiesTheRunAlone() throws IOException {
        Path to = folder.resolve("copy");
        ArtifactFiles.copy(folder.resolve("store"), to, within -> true);
        assertEquals(
                List.of("run/snapshots/raw/step-1/weights"),
                List.copyOf(FileDigest.ofAll(to).keySet()));
    }

    @Test
    void everyArtifactThatIsCutOrMissingIsNoticed() throws IOException {
        file("artifacts/run/a");
        file("artifacts/run/b");
        Path artifacts = folder.resolve("artifacts");
        manifest(FileDigest.ofAll(artifacts)).write(folder);
        Map<String, FileDigest> announced = Manifest.read(folder).files();
        assertEquals(Set.of("run/a", "run/b"), announced.keySet());
        Restore.requireWhole(artifacts, announced);

        Files.writeString(artifacts.resolve("run/b"), "run/");
        String damaged = assertThrows(BackupException.class, () -> Restore.requireWhole(artifacts, announced))
                .getMessage();
        assertTrue(damaged.contains("run/b is damaged"), damaged);
        Files.delete(artifacts.resolve("run/a"));
        String missing = assertThrows(BackupException.class, () -> Restore.requireWhole(artifacts, announced))
                .getMessage();
        assertTrue(missing.contains("run/a is missing"), missing);
    }

    @Test
    void aBackupOfAnEarlierReleaseHasNoDigestsOfArtifacts() throws IOException {
        manifest(null).write(folder);
        assertNull(Manifest.read(folder).files());
        Restore.requireWhole(folder, Manifest.read(folder).files());
        assertFalse(Files.exists(folder.resolve(".backup.json")), "renamed once it is durable");
    }

    /** It ended with "Provider \"s3\" not installed". */
    /** It was copied into itself, 150 folders deep, until names were too long. */
    @Test
    void aBackupAndTheStoreDoNotLieInEachOther() throws IOException {
        Path store = Files.createDirectories(this.folder.resolve("disk/store"));
        Path link = Files.createSymbolicLink(this.folder.resolve("link"), store);
        for (Path backup : List.of(
                store, store.resolve("backups/monday"), this.folder.resolve("disk"), link.resolve("backups/monday"))) {
            String refused = assertThrows(
                            InvalidFolderException.class, () -> Backup.requireApart(backup, store.toUri()))
                    .getMessage();
            assertTrue(refused.contains("a copy would have no end: name a folder elsewhere"), refused);
        }
        Backup.requireApart(this.folder.resolve("disk/store-backup"), store.toUri());
        Backup.requireApart(store.resolve("backups"), URI.create("s3://bucket/prefix"));
    }

    @Test
    void artifactsAreNotPutBackIntoABucket() throws IOException {
        manifest(Map.of()).write(folder);
        CommandRun run = CommandRun.of(
                "restore", folder.toString(), "--artifacts", "s3://models/saddle", "--bootstrap", "127.0.0.1:1");
        assertEquals(ExitCode.INVALID_INPUT, run.exitCode(), run.err());
        assertTrue(run.err().contains("not into s3://models/saddle: name one by --artifacts file:"), run.err());
    }
}
