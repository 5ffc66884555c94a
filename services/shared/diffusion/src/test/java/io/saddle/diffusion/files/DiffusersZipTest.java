package io.saddle.diffusion.files;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.saddle.diffusion.network.UNet2D;
import io.saddle.diffusion.network.UNet2DConfig;
import io.saddle.diffusion.schedule.NoiseSchedule;
import io.saddle.diffusion.schedule.PredictionType;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.zip.ZipEntry;
import java.util.zip.ZipException;
import java.util.zip.ZipInputStream;
import java.util.zip.ZipOutputStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DiffusersZipTest {

    private static final UNet2DConfig NETWORK = UNet2DConfig.of(8, 1, List.of(8, 8), 1, 4);

    @TempDir
    private Path temporary;

    private Path model;

    @BeforeEach
    void makeModel() throws IOException {
        model = temporary.resolve("model");
        new DiffusersPipelineFolder(
                        NETWORK,
                        NoiseSchedule.cosine(200),
                        PredictionType.EPSILON,
                        UNet2D.layout(NETWORK).initialValues(1))
                .write(model);
    }

    private byte[] zipped() throws IOException {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        try (DiffusersZip zip = DiffusersZip.of(model)) {
            zip.writeTo(out);
        }
        return out.toByteArray();
    }

    private Path unpacked(byte[] zip) throws IOException {
        Path folder = Files.createTempDirectory(temporary, "unpacked");
        DiffusersZip.unpack(new ByteArrayInputStream(zip), folder);
        return folder;
    }

    /** The entries of a ZIP, in order. */
    private static Map<String, byte[]> entries(byte[] zip) throws IOException {
        Map<String, byte[]> entries = new LinkedHashMap<>();
        try (ZipInputStream in = new ZipInputStream(new ByteArrayInputStream(zip))) {
            for (ZipEntry entry = in.getNextEntry(); entry != null; entry = in.getNextEntry()) {
                entries.put(entry.getName(), in.readAllBytes());
            }
        }
        return entries;
    }

    private static byte[] zip(Map<String, byte[]> entries) throws IOException {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        try (ZipOutputStream zip = new ZipOutputStream(out)) {
            for (Map.Entry<String, byte[]> entry : entries.entrySet()) {
                zip.putNextEntry(new ZipEntry(entry.getKey()));
                zip.write(entry.getValue());
            }
        }
        return out.toByteArray();
    }

    private void assertRefused(Map<String, byte[]> entries, String why) {
        String message =
                assertThrows(ZipException.class, () -> unpacked(zip(entries))).getMessage();
        assertTrue(message.contains(why), message);
    }

    @Test
    void everyFileComesBackAsItWasByteForByte() throws IOException {
        Path unpacked = unpacked(zipped());

        List<String> files = new ArrayList<>(entries(zipped()).keySet());
        assertEquals(4, files.size());
        for (String file : files) {
            assertArrayEquals(
                    Files.readAllBytes(model.resolve(file)), Files.readAllBytes(unpacked.resolve(file)), file);
        }
        DiffusersPipelineFolder.read(unpacked);
    }

    @Test
    void anAutoencoderGoesWithItAndNothingElseDoes() throws IOException {
        Path config = Files.writeString(temporary.resolve("config.json"), "{}");
        Path program = Files.writeString(temporary.resolve("encoder.pt"), "program");
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        try (DiffusersZip zip = DiffusersZip.of(model, List.of(config, program))) {
            zip.writeTo(out);
        }
        Path unpacked = unpacked(out.toByteArray());
        assertEquals("program", Files.readString(unpacked.resolve("vae/encoder.pt")));
        assertEquals("{}", Files.readString(unpacked.resolve("vae/config.json")));
        for (String name : List.of("vae/../../evil", "vae/a/b", "vae/.hidden", "vea/encoder.pt", "vae/")) {
            Map<String, byte[]> more = entries(zipped());
            more.put(name, new byte[1]);
            assertRefused(more, "it has more than");
        }
        Map<String, byte[]> many = entries(zipped());
        for (int i = 0; i < 17; i++) {
            many.put("vae/" + i, new byte[1]);
        }
        assertRefused(many, "it has more than");
    }

    /** People name their files; what a console sends was refused, and nobody said which. */
    @Test
    void anAutoencodersFilesAreCalledAsPeopleCallThem() throws IOException {
        List<String> names =
                List.of("my vae-encoder.pt", "_vae+1%2F-encoder.pt", "Größe-decoder.pt", "ü".repeat(127) + "x");
        List<Path> files = new ArrayList<>();
        for (String name : names) {
            files.add(Files.writeString(temporary.resolve(name), name));
        }
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        try (DiffusersZip zip = DiffusersZip.of(model, files)) {
            zip.writeTo(out);
        }
        Path unpacked = unpacked(out.toByteArray());
        for (String name : names) {
            assertEquals(name, Files.readString(unpacked.resolve("vae").resolve(name)));
        }
    }

    @Test
    void aNameThatIsNoneIsSaidAndNothingOfItIsWritten() throws IOException {
        for (String name : List.of(
                "",
                ".",
                "..",
                ".hidden",
                "a/b",
                "../../evil",
                "/etc/evil",
                "a\\b",
                "a\nb",
                "a\0b",
                "\u0085",
                "\uFFFD",
                "ü".repeat(128))) {
            Map<String, byte[]> more = entries(zipped());
            more.put("vae/" + name, new byte[1]);
            Path folder = Files.createTempDirectory(temporary, "unpacked");
            String message = assertThrows(
                            ZipException.class,
                            () -> DiffusersZip.unpack(new ByteArrayInputStream(zip(more)), folder),
                            name)
                    .getMessage();
            String shown =
                    name.length() > 100 ? name.substring(0, 76) + "...'" : name.replaceAll("\\p{Cc}", "\uFFFD") + "'";
            assertTrue(
                    message.contains("'vae/" + shown + " is no file of one, vae/NAME with at most 255 bytes"), message);
            assertTrue(message.endsWith("(--autoencoder) a console leaves out its own"), message);
            assertFalse(Files.exists(folder.resolve("vae")), name);
        }
        assertFalse(Files.exists(temporary.resolve("evil")));
    }

    @Test
    void aFolderThatIsDeletedMeanwhileIsSentWhole() throws IOException {
        byte[] expected = zipped();
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        try (DiffusersZip zip = DiffusersZip.of(model)) {
            for (String file : entries(expected).keySet()) {
                Files.delete(model.resolve(file));
            }
            zip.writeTo(out);
        }
        assertEquals(entries(expected).keySet(), entries(out.toByteArray()).keySet());
        assertArrayEquals(
                entries(expected).get(DiffusersPipelineFolder.WEIGHTS),
                entries(out.toByteArray()).get(DiffusersPipelineFolder.WEIGHTS));
        assertThrows(NoSuchFileException.class, () -> DiffusersZip.of(model));
    }

    @Test
    void namesThatLeadOutAreNotEvenLookedAt() throws IOException {
        assertRefused(Map.of("../../evil", new byte[1]), "there is another file");
        assertRefused(Map.of("/etc/evil", new byte[1]), "there is another file");
        Map<String, byte[]> more = entries(zipped());
        more.put("../evil", new byte[1]);
        assertRefused(more, "it has more than");
        assertFalse(Files.exists(temporary.resolve("evil")));
    }

    @Test
    void aMissingFileIsNamed() throws IOException {
        Map<String, byte[]> less = entries(zipped());
        less.remove(DiffusersPipelineFolder.WEIGHTS);
        assertRefused(less, "expected " + DiffusersPipelineFolder.WEIGHTS + ", it ends there");
        assertRefused(Map.of(), "expected model_index.json");
    }

    /** A few packed kilobytes that unpack to more than the network has weights, or to an endless configuration. */
    @Test
    void whatUnpacksToMoreThanThereCanBeIsCutOff() throws IOException {
        Map<String, byte[]> config = entries(zipped());
        config.put("unet/config.json", new byte[2 << 20]);
        assertRefused(config, "config.json has more than the 1048576 bytes");
        Map<String, byte[]> weights = entries(zipped());
        weights.put(DiffusersPipelineFolder.WEIGHTS, new byte[80 << 20]);
        assertRefused(weights, "has more than the");
    }
}
