package io.saddle.artifact;

import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.saddle.schema.Artifact;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;

/** A store of some kind, and what tests have to know of the kind. */
abstract class ArtifactStoreFixture {

    protected static final String ABC_SHA256 = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad";

    @TempDir
    protected Path folder;

    protected ArtifactStore store;

    /** Another process's, on the same artifacts. */
    protected abstract ArtifactStore open() throws IOException;

    /** What the URIs of the store's artifacts begin with. */
    protected abstract String root();

    /** First parts of the names of all that lies there, visible or not, once whatever is left over is cleared away. */
    protected abstract List<String> everything() throws IOException;

    /** Replaces a stored file's bytes behind the store's back; {@code file} is empty for an artifact that is one. */
    protected abstract void damage(Artifact artifact, String file, String bytes) throws IOException;

    /** How often all writers are set on one artifact at once. */
    protected abstract int rounds();

    @BeforeEach
    final void openStore() throws IOException {
        store = open();
    }

    protected Artifact putModel(String name, String weights) throws IOException {
        return store.putFolder("run", name, to -> writeModel(to, weights), ArtifactStore.MODEL_WEIGHTS);
    }

    protected static void writeModel(Path folder, String weights) throws IOException {
        Files.createDirectory(folder.resolve("unet"));
        Files.writeString(folder.resolve("model_index.json"), "index of " + weights);
        Files.writeString(folder.resolve(ArtifactStore.MODEL_WEIGHTS), weights);
    }

    protected ArtifactException refusal(Artifact artifact) {
        ArtifactException e = assertThrows(ArtifactException.class, () -> store.verified(artifact));
        assertTrue(e.getMessage().contains(artifact.getUri()), e::getMessage);
        return e;
    }
}
