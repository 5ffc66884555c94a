package io.saddle.dataset;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.saddle.dataset.DataSetManifest.Origin;
import io.saddle.dataset.Latents.AutoencoderFile;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DataSetManifestTest {
    private static final Latents LATENTS = new Latents(
            "made@1",
            "00",
            "AutoencoderTiny",
            List.of(new AutoencoderFile("config.json", "11")),
            1,
            2,
            1,
            0,
            0.1,
            0.9,
            false);
    private static final Origin ORIGIN = new Origin("a", "b", "c");

    @TempDir
    Path temporary;

    private DataSetFolder pixels;

    /** Two images of 1x4x4. */
    @BeforeEach
    void assemble() throws IOException {
        Path folder = Files.createDirectory(temporary.resolve("pixels"));
        try (DataSetAssembly assembly = new DataSetAssembly(folder, 1, 4, 4)) {
            assembly.addImages(Files.write(temporary.resolve("images"), new byte[32]));
            assembly.addRow(Map.of("class", "cat", "weight", "1.25"));
            assembly.addRow(Map.of("class", "dog"));
            assembly.finish("made", ORIGIN, List.of(), List.of(), Instant.EPOCH);
        }
        pixels = DataSetFolder.open(folder);
    }

    private DataSetManifest latents(int images) throws IOException {
        Path folder = Files.createDirectory(temporary.resolve("latents" + images));
        try (DataSetAssembly assembly = new DataSetAssembly(folder, 4, 2, 2, Element.FLOAT16, false)) {
            assembly.addImages(Files.write(temporary.resolve("values" + images), new byte[images * 32]));
            assembly.finish("made-latent", LATENTS, List.of(), pixels, ORIGIN, Instant.EPOCH);
        }
        return DataSetManifest.read(folder);
    }

    @Test
    void pixelsStayReadableForEarlierReleases() {
        assertEquals(1, pixels.manifest().format());
        assertTrue(pixels.manifest().isOfPixels());
    }

    @Test
    void aManifestOfAnEarlierReleaseIsOfPixels() throws IOException {
        Path file = pixels.folder().resolve(DataSetManifest.FILE);
        String text = Files.readString(file);
        Files.writeString(file, text.replaceAll("\"(element|latents)\" : [^,]*,", ""));
        assertFalse(Files.readString(file).contains("element"));
        assertEquals(pixels.manifest(), DataSetManifest.read(pixels.folder()));
    }

    @Test
    void latentsSayWhatTheyAreOf() throws IOException {
        DataSetManifest manifest = latents(2);
        assertEquals(2, manifest.format());
        assertEquals(Element.FLOAT16, manifest.element());
        assertEquals(LATENTS, manifest.latents());
        assertEquals(32, manifest.imageBytes());
        assertFalse(manifest.isOfPixels());
        assertEquals(pixels.manifest().columns(), manifest.columns());
        DataSetFolder opened = DataSetFolder.open(temporary.resolve("latents2"));
        assertEquals(2, opened.images().count());
        Column column = manifest.column("class").orElseThrow();
        assertEquals(pixels.values(column), opened.values(column));
    }

    @Test
    void thereIsOneForEachImage() {
        DataSetException refused = assertThrows(DataSetException.class, () -> latents(1));
        assertEquals("1 latents for 2 images", refused.getMessage());
    }
}
