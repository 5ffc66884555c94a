package io.saddle.model.data;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.saddle.artifact.ArtifactStore;
import io.saddle.artifact.file.FileArtifactStore;
import io.saddle.dataset.DataSetAssembly;
import io.saddle.dataset.DataSetManifest;
import io.saddle.dataset.DataSetManifest.Origin;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class StoredDataSetsTest {

    @TempDir
    Path temporary;

    private StoredDataSets sets;

    @BeforeEach
    void openStore() throws IOException {
        sets = new StoredDataSets(new FileArtifactStore(temporary.resolve("store")));
    }

    private StoredDataSets.Version find(Integer version) throws IOException {
        return sets.find(new DataSetAddress("faces", version));
    }

    /** Two grey images of 1x1. */
    private ArtifactStore.FolderWriter made(int first, int second, String label) {
        return folder -> {
            Path images = Files.write(temporary.resolve("images"), new byte[] {(byte) first, (byte) second});
            try (DataSetAssembly assembly = new DataSetAssembly(folder, 1, 1, 1)) {
                assembly.addImages(images);
                assembly.addRow(Map.of("class", label));
                assembly.addRow(Map.of("class", "other"));
                assembly.finish("faces", new Origin("a", "b", "c"), List.of(), List.of(), Instant.now());
            } finally {
                Files.delete(images);
            }
        };
    }

    @Test
    void anotherImportIsAnotherVersionAndTheOldOneStays() throws IOException {
        assertEquals(1, sets.put("faces", made(1, 2, "x")).number());
        assertEquals(2, sets.put("faces", made(1, 3, "x")).number());
        assertEquals(3, sets.put("faces", made(1, 3, "y")).number());
        assertEquals(List.of(1, 2, 3), sets.versions("faces"));
        assertEquals(List.of("faces"), sets.names());
        byte[] image = new byte[1];
        sets.open(find(1)).images().read(1, image);
        assertEquals(2, image[0]);
        assertEquals(3, find(null).number());
    }

    @Test
    void theSameContentAgainIsTheVersionThatIsThere() throws IOException {
        sets.put("faces", made(1, 2, "x"));
        StoredDataSets.Version again = sets.put("faces", made(1, 2, "x"));
        assertEquals(1, again.number());
        assertEquals(List.of(1), sets.versions("faces"));
    }

    @Test
    void anImportThatFailsLeavesNothing() throws IOException {
        assertThrows(
                IOException.class,
                () -> sets.put("faces", folder -> {
                    Files.writeString(folder.resolve(DataSetManifest.FILE), "half");
                    throw new IOException("cut off");
                }));
        assertEquals(List.of(), sets.versions("faces"));
        assertThrows(NoSuchDataSetException.class, () -> find(null));
    }

    @Test
    void aRemovedVersionIsGoneAndItsNumberIsNotGivenAgainWhileALaterOneIsThere() throws IOException {
        sets.put("faces", made(1, 2, "x"));
        sets.put("faces", made(1, 3, "x"));
        sets.remove(new DataSetAddress("faces", 1));
        assertEquals(List.of(2), sets.versions("faces"));
        assertEquals(3, sets.put("faces", made(1, 4, "x")).number());
        assertThrows(NoSuchDataSetException.class, () -> find(1));
    }
}
