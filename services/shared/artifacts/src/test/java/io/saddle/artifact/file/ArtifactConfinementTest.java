package io.saddle.artifact.file;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.saddle.artifact.ArtifactException;
import io.saddle.artifact.ArtifactException.Reason;
import io.saddle.artifact.ArtifactStore;
import io.saddle.artifact.access.ArtifactSettings;
import io.saddle.artifact.access.ArtifactStores;
import io.saddle.schema.Artifact;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Nothing outside the root folder is read, written or deleted, whatever a record says. */
class ArtifactConfinementTest {

    @TempDir
    private Path folder;

    private Path root;
    private Path outside;
    private FileArtifactStore store;

    @BeforeEach
    void open() throws IOException {
        root = folder.resolve("store");
        outside = Files.createDirectories(folder.resolve("outside/run")).getParent();
        Files.writeString(outside.resolve("run/model"), "abc");
        store = new FileArtifactStore(root);
        store.putFile("run", "model", "abc".getBytes(UTF_8));
    }

    private void assertRefused(String uri) throws IOException {
        Artifact artifact = new Artifact(uri, "0", 3L);
        ArtifactException e = assertThrows(ArtifactException.class, () -> store.verified(artifact), uri);
        assertEquals(Reason.REFUSED, e.reason(), e::getMessage);
        assertTrue(e.getMessage().contains(root.toUri().toString()), e::getMessage);
        assertThrows(ArtifactException.class, () -> store.open(artifact), uri);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "ROOT/run/group/../model",
                "ROOT/../outside/run/model",
                "ROOT/run/../../outside/run/model",
                "OUTSIDE/run/model",
                "file:run/model"
            })
    void aUriThatLeadsOutOfTheRootIsRefused(String template) throws IOException {
        String uri = template.replace("ROOT", "file://" + root).replace("OUTSIDE", "file://" + outside);

        assertRefused(uri);

        assertEquals("abc", Files.readString(outside.resolve("run/model")));
        assertEquals(List.of("model"), store.list("run", ""));
    }

    @Test
    void aSymbolicLinkOutOfTheRootIsNotFollowed() throws IOException {
        Files.createSymbolicLink(root.resolve("run/link"), outside.resolve("run/model"));
        Files.createSymbolicLink(root.resolve("linked-run"), outside.resolve("run"));

        assertRefused("file://" + root + "/run/link");
        assertRefused("file://" + root + "/linked-run/model");
    }

    @Test
    void aSymbolicLinkWithinAModelFolderIsNotFollowed() throws IOException {
        Path unet = Files.createDirectories(root.resolve("run/m2/unet"));
        Files.createSymbolicLink(unet.resolve("diffusion_pytorch_model.safetensors"), outside.resolve("run/model"));

        ArtifactException e = assertThrows(
                ArtifactException.class, () -> store.verified(new Artifact("file://" + root + "/run/m2", "0", 3L)));
        assertEquals(Reason.REFUSED, e.reason());
    }

    @Test
    void nothingIsWrittenThroughASymbolicLink() throws IOException {
        Files.createSymbolicLink(root.resolve("linked-run"), outside);

        ArtifactException e = assertThrows(
                ArtifactException.class, () -> store.putFile("linked-run", "group/x", "abc".getBytes(UTF_8)));

        assertEquals(Reason.REFUSED, e.reason());
        assertTrue(Files.notExists(outside.resolve("group/x")));
    }

    @Test
    void deletingALinkLeavesWhatItPointsTo() throws IOException {
        Files.createSymbolicLink(root.resolve("run/link"), outside.resolve("run"));

        store.delete("run", "link");

        assertEquals(List.of("model"), store.list("run", ""));
        assertEquals("abc", Files.readString(outside.resolve("run/model")));
    }

    @Test
    void aRootThatIsItselfALinkWorks() throws IOException {
        Path link = Files.createSymbolicLink(folder.resolve("mounted"), root);
        FileArtifactStore mounted = new FileArtifactStore(link);

        Artifact artifact = mounted.putFile("run", "grid", "abc".getBytes(UTF_8));

        assertEquals("abc", Files.readString(mounted.verified(artifact)));
    }

    @Test
    void aDigestFileOutsideTheFolderIsRefused() {
        for (String digestFile :
                List.of("../model", outside.resolve("run/model").toString())) {
            assertThrows(IOException.class, () -> store.putFolder("run", "m", f -> {}, digestFile));
        }
    }

    private static ArtifactStore opened(String root) throws IOException {
        Map<String, String> settings = Map.of(ArtifactStore.SETTINGS + "root", root);
        return ArtifactStores.open(ArtifactSettings.of(name -> Optional.ofNullable(settings.get(name))));
    }

    @Test
    void aStoreIsOpenedByAFileUri() throws IOException {
        ArtifactStore opened = opened(root.toUri().toString());

        assertEquals(List.of("model"), opened.list("run", ""));
    }

    @ParameterizedTest
    @ValueSource(strings = {"gs://bucket", "file:relative", "file://host/x", "relative"})
    void anotherKindOfStoreIsRefusedNamingWhatIsSupported(String uri) {
        IllegalArgumentException e = assertThrows(IllegalArgumentException.class, () -> opened(uri));

        assertTrue(e.getMessage().startsWith("artifact store " + uri + ": not supported; supported is file:/"));
    }

    @Test
    void anS3StoreIsNotOpenedWithoutItsSettings() {
        IllegalArgumentException e = assertThrows(IllegalArgumentException.class, () -> opened("s3://bucket/saddle"));

        assertEquals("saddle.artifacts.cache.dir is not set: a local folder", e.getMessage());
    }
}
