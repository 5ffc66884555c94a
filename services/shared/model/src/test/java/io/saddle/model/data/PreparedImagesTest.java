package io.saddle.model.data;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.saddle.dataset.Column;
import io.saddle.dataset.DataSetAssembly;
import io.saddle.dataset.DataSetException;
import io.saddle.dataset.DataSetFolder;
import io.saddle.dataset.DataSetManifest.Origin;
import io.saddle.diffusion.data.ClassSelection;
import io.saddle.diffusion.data.ImageDataSet;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A prepared data set beside the same images on the heap. */
class PreparedImagesTest {

    private static final int COUNT = 30;
    private static final int SIZE = 3 * 4 * 5;

    @TempDir
    Path temporary;

    private final byte[] pixels = new byte[COUNT * SIZE];
    private final int[] labels = new int[COUNT];
    private Path folder;

    /** In three parts of unequal length. */
    @BeforeEach
    void assemble() throws IOException {
        new SplittableRandom(1).nextBytes(pixels);
        folder = Files.createDirectory(temporary.resolve("set"));
        try (DataSetAssembly assembly = new DataSetAssembly(folder, 3, 4, 5)) {
            int[] ends = {0, 7, 20, COUNT};
            for (int part = 0; part < 3; part++) {
                assembly.addImages(Files.write(
                        temporary.resolve("part" + part),
                        Arrays.copyOfRange(pixels, ends[part] * SIZE, ends[part + 1] * SIZE)));
            }
            for (int i = 0; i < COUNT; i++) {
                labels[i] = i * i % 3;
                assembly.addRow(Map.of(Column.CLASS, Integer.toString(labels[i])));
            }
            assembly.finish("made", new Origin("a", "b", "c"), List.of(), List.of(), Instant.EPOCH);
        }
    }

    private ImageDataSet open() throws IOException {
        return PreparedImages.of(DataSetFolder.open(folder), labels, Map.of());
    }

    private static float[] all(ImageDataSet images) {
        float[] all = new float[images.count() * images.imageSize()];
        for (int i = 0; i < images.count(); i++) {
            images.scaled(i, all, i * images.imageSize());
        }
        return all;
    }

    /** The last of a part, too: pages are larger than what is left of it. */
    @Test
    void eachCanBeLoadedAheadAndNoneThatIsNotThere() throws IOException {
        ImageDataSet prepared = open();
        for (int i = 0; i < COUNT; i++) {
            prepared.load(i);
        }
        assertTrue(prepared.isOnDisk());
        assertFalse(new ImageDataSet(pixels, labels, 3, 4, 5).isOnDisk());
        assertThrows(IndexOutOfBoundsException.class, () -> prepared.load(COUNT));
    }

    @Test
    void theyAreTheSameToTheBitAndSoIsEverySelection() throws IOException {
        ImageDataSet heap = new ImageDataSet(pixels, labels, 3, 4, 5);
        ImageDataSet prepared = open();
        assertArrayEquals(all(heap), all(prepared));
        assertEquals(heap.classCounts(), prepared.classCounts());
        ClassSelection some = ClassSelection.all().with(1, new ClassSelection.Amount.Count(4));
        assertArrayEquals(all(some.from(heap, 9)), all(some.from(prepared, 9)));
        ClassSelection fewer = ClassSelection.only(1).with(1, new ClassSelection.Amount.Count(2));
        assertArrayEquals(
                all(fewer.from(some.from(heap, 9), 3)),
                all(fewer.from(some.from(prepared, 9), 3)),
                "a selection of a selection");
    }

    @Test
    void aPartThatIsCutOffIsNamed() throws IOException {
        Path part = folder.resolve("images-00001.bin");
        Files.write(part, Arrays.copyOf(Files.readAllBytes(part), 5));
        assertEquals(
                part + " has 5 bytes, the manifest says " + 13 * SIZE + ": it is damaged",
                assertThrows(DataSetException.class, this::open).getMessage());
        Files.delete(part);
        assertEquals(
                part + " is missing",
                assertThrows(DataSetException.class, this::open).getMessage());
    }

    @Test
    void aManifestThatIsDamagedOrOfALaterReleaseIsRefused() throws IOException {
        Path manifest = folder.resolve("manifest.json");
        String text = Files.readString(manifest);
        Files.writeString(manifest, text.replace("\"format\" : 1", "\"format\" : 4"));
        assertEquals(
                manifest + ": format 4, this release reads 1 to 3",
                assertThrows(DataSetException.class, this::open).getMessage());
        Files.writeString(manifest, text.substring(0, 100));
        assertThrows(DataSetException.class, this::open);
        Files.delete(manifest);
        assertEquals(
                folder + " is no data set: it has no manifest.json",
                assertThrows(DataSetException.class, this::open).getMessage());
    }
}
