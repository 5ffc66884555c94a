package io.saddle.cli.doctor;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.saddle.artifact.access.ArtifactSettings;
import io.saddle.cli.doctor.Finding.Status;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class StoreCheckTest {

    @TempDir
    Path folder;

    private static Finding check(Path root) {
        return StoreCheck.of(new ArtifactSettings(URI.create("file:" + root), null), false);
    }

    @Test
    void whatIsWrittenIsReadBackAndGone() throws IOException {
        assertEquals(Status.OK, check(folder).status(), () -> check(folder).message());
        try (Stream<Path> left = Files.walk(folder)) {
            assertTrue(left.noneMatch(path -> path.toString().contains("doctor")), "the probe is still there");
        }
    }

    @Test
    void aFolderThatIsNotThereYetIsNotMade() {
        Path later = folder.resolve("later");
        assertEquals(Status.OK, check(later).status());
        assertFalse(Files.exists(later));
    }

    /** "Can be made" was said of a volume that was not mounted. */
    @Test
    void aFolderThatServicesHaveIsMissedWhereItIsNotThere() {
        Path away = folder.resolve("away");
        Finding finding = StoreCheck.of(new ArtifactSettings(URI.create("file:" + away), null), true);
        assertEquals(Status.FAILED, finding.status());
        assertEquals("folder file:" + away + " is not there", finding.message());
        assertTrue(finding.remedy().startsWith("mount it"), finding.remedy());
    }

    @Test
    void whereNoFolderCanBeTheCheckFails() throws IOException {
        Path file = Files.writeString(folder.resolve("file"), "");
        for (Path root : new Path[] {file, file.resolve("below")}) {
            Finding finding = check(root);
            assertEquals(Status.FAILED, finding.status(), finding.message());
            assertTrue(finding.message().contains(root.toString()), finding.message());
            assertTrue(finding.remedy().contains("--set artifacts.root="), finding.remedy());
        }
    }

    @Test
    void aBucketThatDoesNotAnswerFailsWithWhatToLookAt() {
        Finding finding = StoreCheck.of(
                ArtifactSettings.of(name -> Optional.ofNullable(Map.of(
                                "saddle.artifacts.root", "s3://nowhere",
                                "saddle.artifacts.s3.endpoint", "http://127.0.0.1:1",
                                "saddle.artifacts.s3.region", "us-east-1",
                                "saddle.artifacts.s3.access-key", "k",
                                "saddle.artifacts.s3.secret-key", "s",
                                "saddle.artifacts.s3.attempts", "1",
                                "saddle.artifacts.cache.dir", folder.toString())
                        .get(name))),
                true);
        assertEquals(Status.FAILED, finding.status());
        assertTrue(finding.remedy().contains("docs/storage.md"), finding.remedy());
        assertTrue(finding.message().contains("http://127.0.0.1:1"), finding.message());
    }

    /** The bucket was blamed. */
    @Test
    void aFolderOfLocalCopiesThatCannotBeUsedIsNoFaultOfTheBucket() throws IOException {
        Path file = Files.writeString(folder.resolve("cache"), "");
        Finding finding = StoreCheck.of(
                ArtifactSettings.of(name -> Optional.ofNullable(Map.of(
                                "saddle.artifacts.root", "s3://bucket/prefix",
                                "saddle.artifacts.s3.endpoint", "http://127.0.0.1:1",
                                "saddle.artifacts.cache.dir", file.toString())
                        .get(name))),
                true);
        assertEquals(Status.FAILED, finding.status());
        assertTrue(finding.message().contains("saddle.artifacts.cache.dir"), finding.message());
        assertEquals("let this user write there; nothing is said of the bucket", finding.remedy());
    }
}
