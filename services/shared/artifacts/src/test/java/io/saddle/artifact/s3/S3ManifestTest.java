package io.saddle.artifact.s3;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.saddle.artifact.FileDigest;
import java.io.IOException;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class S3ManifestTest {

    private static final FileDigest DIGEST = new FileDigest("ab".repeat(32), 3);

    private static S3Manifest of(boolean folder, String... files) {
        Map<String, FileDigest> digests = new java.util.HashMap<>();
        for (String file : files) {
            digests.put(file, DIGEST);
        }
        return new S3Manifest(S3Manifest.FORMAT, folder, "0a-1", digests);
    }

    @Test
    void itComesBackAsItWasWritten() throws IOException {
        S3Manifest manifest = of(true, "model_index.json", "unet/.w..x");

        assertEquals(manifest, S3Manifest.parse(manifest.toJson()));
    }

    @Test
    void aFolderIsKnownByAFileAndAFileByItself() {
        assertEquals(Optional.of(DIGEST), of(true, "a", "b").digest("a"));
        assertEquals(Optional.empty(), of(true, "a", "b").digest("c"));
        assertEquals(Optional.of(DIGEST), of(false, "grid.png").digest("whatever"));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"", "/etc/passwd", "../x", "a/../b", "a/..", "..", ".", "a//b", "a/", "./a", "a\\b", "a\nb"})
    void aPathOutOfTheArtifactIsRefused(String path) {
        assertThrows(IllegalArgumentException.class, () -> of(true, path));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "{}",
                "[]",
                "{\"format\": 2, \"folder\": true, \"attempt\": \"0a\", \"files\": FILES}",
                "{\"format\": 1, \"folder\": true, \"attempt\": \"../x\", \"files\": FILES}",
                "{\"format\": 1, \"folder\": true, \"attempt\": \"0a\", \"files\": {}}",
                "{\"format\": 1, \"folder\": false, \"attempt\": \"0a\", \"files\": {\"a\": D, \"b\": D}}",
                "{\"format\": 1, \"folder\": true, \"attempt\": \"0a\", \"files\": {\"../a\": D}}",
                "{\"format\": 1, \"folder\": true, \"attempt\": \"0a\", \"files\": {\"a\": {\"sha256\": \"x\", \"bytes\": 1}}}",
                "{\"format\": 1, \"folder\": true, \"attempt\": \"0a\", \"files\": {\"a\": null}}"
            })
    void whatNoWriterLeavesIsNoManifest(String json) {
        String digest = "{\"sha256\": \"" + DIGEST.sha256() + "\", \"bytes\": 3}";
        byte[] bytes = json.replace("FILES", "{\"a\": D}").replace("D", digest).getBytes(UTF_8);

        assertThrows(IOException.class, () -> S3Manifest.parse(bytes));
    }
}
