package io.saddle.model.latents;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import io.saddle.artifact.ArtifactStore;
import io.saddle.artifact.file.FileArtifactStore;
import io.saddle.dataset.DataSetAssembly;
import io.saddle.dataset.DataSetFolder;
import io.saddle.dataset.DataSetManifest;
import io.saddle.dataset.DataSetManifest.Origin;
import io.saddle.dataset.Element;
import io.saddle.dataset.MappedImages;
import io.saddle.diffusion.autoencoder.Autoencoder;
import io.saddle.diffusion.autoencoder.AutoencoderDescription;
import io.saddle.diffusion.autoencoder.LatentScaling;
import io.saddle.diffusion.files.Tensor;
import io.saddle.diffusion.files.TensorType;
import io.saddle.diffusion.torch.TorchRuntime;
import io.saddle.model.data.StoredDataSets;
import io.saddle.model.data.StoredDataSets.Version;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class LatentEncodingTest {
    private static final int COUNT = 150;
    private static final int SIZE = 3 * 4 * 4;
    private static final LatentEncoding.Progress NOBODY = (images, total) -> {};

    /** Means of 2x2 pixels, times a factor. */
    private static final class Means implements Autoencoder {
        private final NDManager manager = TorchRuntime.get().newManager();
        private final AtomicLong encoded = new AtomicLong();
        private final AtomicLong most = new AtomicLong();
        private final double factor;

        Means(double factor) {
            this.factor = factor;
        }

        @Override
        public AutoencoderDescription description() {
            return new AutoencoderDescription("means", 3, 3, 2, 0L, LatentScaling.NONE);
        }

        @Override
        public NDManager newManager() {
            return manager.newSubManager();
        }

        @Override
        public NDArray latents(NDArray images) {
            Shape shape = images.getShape();
            encoded.addAndGet(shape.get(0));
            most.accumulateAndGet(shape.get(0), Math::max);
            return images.reshape(shape.get(0), 3, shape.get(2) / 2, 2, shape.get(3) / 2, 2)
                    .mean(new int[] {5})
                    .mean(new int[] {3})
                    .mul(factor);
        }

        @Override
        public NDArray images(NDArray latents) {
            throw new UnsupportedOperationException();
        }

        @Override
        public void close() {
            manager.close();
        }
    }

    @TempDir
    Path temporary;

    private final byte[] pixels = new byte[COUNT * SIZE];
    private ArtifactStore store;
    private StoredDataSets sets;
    private Version source;
    private Path weights;

    @BeforeEach
    void assemble() throws IOException {
        new SplittableRandom(1).nextBytes(pixels);
        store = new FileArtifactStore(temporary.resolve("store"));
        sets = new StoredDataSets(store);
        source = sets.put("faces", folder -> assemble(folder, "faces"));
        weights = Files.writeString(temporary.resolve("weights.bin"), "weights");
    }

    private void assemble(Path folder, String name) throws IOException {
        try (DataSetAssembly assembly = new DataSetAssembly(folder, 3, 4, 4)) {
            assembly.addImages(Files.write(temporary.resolve("pixels"), pixels));
            for (int i = 0; i < COUNT; i++) {
                assembly.addRow(Map.of("class", i % 3 == 0 ? "a" : "b"));
            }
            assembly.finish(name, new Origin("a", "b", "c"), List.of(), List.of(), Instant.EPOCH);
        }
    }

    private Version encode(Autoencoder autoencoder, Element element, LatentEncoding.Progress progress)
            throws IOException {
        return new LatentEncoding(
                        source,
                        sets.open(source),
                        autoencoder,
                        new LatentEncoding.Options(List.of(weights), element, "fp32", false, 2),
                        progress)
                .run("faces-latent", work(), sets, Instant.EPOCH);
    }

    private Path work() {
        return temporary.resolve("work");
    }

    private float[] expected(int image) {
        float[] means = new float[12];
        for (int i = 0; i < means.length; i++) {
            int channel = i / 4;
            int y = i / 2 % 2;
            int x = i % 2;
            for (int k = 0; k < 4; k++) {
                int at = image * SIZE + channel * 16 + (2 * y + k / 2) * 4 + 2 * x + k % 2;
                means[i] += ((pixels[at] & 0xff) / 127.5f - 1) / 4;
            }
        }
        return means;
    }

    private float[] values(Version version, int image) throws IOException {
        DataSetManifest manifest = version.manifest();
        MappedImages images = sets.open(version).images();
        byte[] bytes = new byte[images.imageBytes()];
        images.read(image, bytes);
        TensorType type = manifest.element() == Element.FLOAT16 ? TensorType.F16 : TensorType.F32;
        return new Tensor(type, new long[] {12}, ByteBuffer.wrap(bytes)).toFloats();
    }

    @Test
    void shouldKeepTheLatentsOfEachImageAndItsColumns() throws IOException {
        try (Means autoencoder = new Means(1)) {
            Version made = encode(autoencoder, Element.FLOAT32, NOBODY);
            double sum = 0;
            for (int i = 0; i < COUNT; i++) {
                assertArrayEquals(expected(i), values(made, i), 1e-5f, "image " + i);
                for (float value : expected(i)) {
                    sum += value / (12.0 * COUNT);
                }
            }
            DataSetManifest manifest = made.manifest();
            assertEquals(List.of(3, 2, 2), List.of(manifest.channels(), manifest.height(), manifest.width()));
            assertEquals(source.manifest().columns(), manifest.columns());
            assertEquals("faces@1", manifest.latents().dataSet());
            assertEquals(source.manifest().sha256(), manifest.latents().dataSetSha256());
            assertEquals("weights.bin", manifest.latents().files().get(0).file());
            assertEquals(sum, manifest.latents().mean(), 1e-5);
            assertTrue(manifest.latents().std() > 0.2 && manifest.latents().std() < 0.4);
            assertFalse(Files.exists(work()));
            DataSetFolder opened = sets.open(made);
            assertEquals(
                    sets.open(source).values(manifest.columns().get(0)),
                    opened.values(manifest.columns().get(0)));
        }
    }

    @Test
    void shouldKeepThemAsHalfPrecision() throws IOException {
        try (Means autoencoder = new Means(1)) {
            Version made = encode(autoencoder, Element.FLOAT16, NOBODY);
            assertEquals(24, made.manifest().imageBytes());
            for (int i = 0; i < COUNT; i++) {
                assertArrayEquals(expected(i), values(made, i), 0x1p-11f, "image " + i);
            }
        }
    }

    /** Eight images of 256x256 take an autoencoder as large as Stable Diffusion's 1.2 GB, on each thread. */
    @Test
    void shouldEncodeLargeImagesOneByOne() throws IOException {
        int side = 256;
        source = sets.put("photographs", folder -> {
            try (DataSetAssembly assembly = new DataSetAssembly(folder, 3, side, side)) {
                assembly.addImages(Files.write(temporary.resolve("large"), new byte[3 * 3 * side * side]));
                for (int i = 0; i < 3; i++) {
                    assembly.addRow(Map.of());
                }
                assembly.finish("photographs", new Origin("a", "b", "c"), List.of(), List.of(), Instant.EPOCH);
            }
        });
        try (Means autoencoder = new Means(1)) {
            encode(autoencoder, Element.FLOAT16, NOBODY);
            assertEquals(1, autoencoder.most.get());
            assertEquals(3, autoencoder.encoded.get());
        }
    }

    /** Before hours of encoding, not after them: a store, or whoever downloads a model, would refuse them. */
    @Test
    void shouldRefuseFilesThatCannotBeKeptUnderTheirNames() throws IOException {
        for (String name :
                List.of(".encoder.pt", "a\\encoder.pt", "a\nencoder.pt", "\uFFFDencoder.pt", "ü".repeat(101))) {
            List<Path> files = List.of(weights, weights.resolveSibling(name));
            String message = assertThrows(
                            IllegalArgumentException.class,
                            () -> new LatentEncoding.Options(files, Element.FLOAT16, "fp32", false, 1),
                            name)
                    .getMessage();
            String shown = name.length() > 80 ? name.substring(0, 80) + "..." : name.replace('\n', '\uFFFD');
            assertTrue(
                    message.startsWith("the autoencoder's file '" + shown + "' cannot be kept under this name"),
                    message);
            assertTrue(message.endsWith("rename it (and where its JSON names it)"), message);
        }
        weights = Files.writeString(temporary.resolve("_my größe+1.bin"), "weights");
        try (Means autoencoder = new Means(1)) {
            Version made = encode(autoencoder, Element.FLOAT16, NOBODY);
            assertEquals(
                    "_my größe+1.bin", made.manifest().latents().files().get(0).file());
        }
    }

    private void cutOff(Means autoencoder, long after) {
        assertThrows(
                IllegalStateException.class,
                () -> encode(autoencoder, Element.FLOAT16, (images, total) -> {
                    if (images >= after) {
                        throw new IllegalStateException("cut off");
                    }
                }));
    }

    @Test
    void shouldGoOnBehindWhatWasDoneWhenItWasCutOff() throws IOException {
        try (Means autoencoder = new Means(1)) {
            cutOff(autoencoder, 100);
            long before = autoencoder.encoded.get();
            assertTrue(before >= 100 && before < COUNT, "encoded " + before);
            // What a crash left behind the images that were durable.
            Path part = work().resolve("latents-00000.bin");
            byte[] torn = Files.readAllBytes(part);
            Files.write(part, Arrays.copyOf(torn, torn.length + 7));
            Version made = encode(autoencoder, Element.FLOAT16, NOBODY);
            assertEquals(COUNT, autoencoder.encoded.get());
            for (int i = 0; i < COUNT; i++) {
                assertArrayEquals(expected(i), values(made, i), 0x1p-11f, "image " + i);
            }
        }
    }

    /** A part that was cut short became zeros without a word, and what was no number an error for ever. */
    @ParameterizedTest
    @CsvSource({
        "latents-00000.bin, cut",
        "latents-00000.bin, gone",
        "done.txt, ''",
        "done.txt, 12 34",
        "done.txt, -1",
        "done.txt, 99999",
        "done.txt, 99999999999999999999"
    })
    void shouldBeginAnewWhereWhatWasDoneIsDamaged(String name, String damage) throws IOException {
        try (Means autoencoder = new Means(1)) {
            cutOff(autoencoder, 100);
            long before = autoencoder.encoded.get();
            Path file = work().resolve(name);
            switch (damage) {
                case "cut" -> Files.write(file, Arrays.copyOf(Files.readAllBytes(file), 1000));
                case "gone" -> Files.delete(file);
                default -> Files.writeString(file, damage);
            }
            List<String> notes = new ArrayList<>();
            Version made = encode(autoencoder, Element.FLOAT16, new LatentEncoding.Progress() {
                @Override
                public void at(long images, long total) {}

                @Override
                public void note(String text) {
                    notes.add(text);
                }
            });
            assertEquals(before + COUNT, autoencoder.encoded.get());
            for (int i = 0; i < COUNT; i++) {
                assertArrayEquals(expected(i), values(made, i), 0x1p-11f, "image " + i);
            }
            assertEquals(1, notes.size(), notes::toString);
            assertTrue(notes.get(0).contains(name) && notes.get(0).endsWith("all images anew"), notes::toString);
        }
    }

    /** All was encoded when it was killed: what is too much would be read as images. */
    @Test
    void shouldBeginAnewWhereAPartHasMoreThanAllImages() throws IOException {
        try (Means autoencoder = new Means(1)) {
            cutOff(autoencoder, COUNT);
            assertEquals(COUNT, autoencoder.encoded.get());
            Path part = work().resolve("latents-00000.bin");
            byte[] whole = Files.readAllBytes(part);
            Files.write(part, Arrays.copyOf(whole, whole.length + 24));
            assertArrayEquals(expected(149), values(encode(autoencoder, Element.FLOAT16, NOBODY), 149), 0x1p-11f);
            assertEquals(2 * COUNT, autoencoder.encoded.get());
        }
    }

    @Test
    void shouldBeginAnewWithAnotherAutoencoder() throws IOException {
        try (Means autoencoder = new Means(1)) {
            cutOff(autoencoder, 100);
            long before = autoencoder.encoded.get();
            Files.writeString(weights, "other weights");
            encode(autoencoder, Element.FLOAT16, NOBODY);
            assertEquals(before + COUNT, autoencoder.encoded.get());
        }
    }

    @Test
    void shouldRefuseLatentsThatHalfPrecisionCannotHold() throws IOException {
        try (Means autoencoder = new Means(1e6)) {
            IOException refused = assertThrows(IOException.class, () -> encode(autoencoder, Element.FLOAT16, NOBODY));
            assertTrue(refused.getMessage().startsWith("images 0 to 63: their latents are as large as "));
            assertTrue(refused.getMessage().endsWith("which float16 cannot hold: take float32"), refused.getMessage());
        }
        try (Means autoencoder = new Means(1e6)) {
            encode(autoencoder, Element.FLOAT32, NOBODY);
        }
        try (Means autoencoder = new Means(Double.NaN)) {
            IOException refused = assertThrows(IOException.class, () -> encode(autoencoder, Element.FLOAT32, NOBODY));
            assertTrue(refused.getMessage().endsWith("NaN, which is no number to train on"), refused.getMessage());
        }
    }

    @Test
    void shouldNotTakeTheNameOfImagesThatRunsTrainOn() throws IOException {
        sets.put("faces-latent", folder -> assemble(folder, "faces-latent"));
        try (Means autoencoder = new Means(1)) {
            assertEquals(
                    "data set 'faces-latent' holds images, and who names it wants the newest version: give the latents another"
                            + " name",
                    assertThrows(IllegalArgumentException.class, () -> encode(autoencoder, Element.FLOAT16, NOBODY))
                            .getMessage());
            assertEquals(0, autoencoder.encoded.get());
        }
        assertEquals(List.of(1), sets.versions("faces-latent"));
    }

    @Test
    void shouldNotBeEncodedAgain() throws IOException {
        try (Means autoencoder = new Means(1)) {
            source = encode(autoencoder, Element.FLOAT16, NOBODY);
            assertEquals(
                    "data set faces-latent@1 holds latents already",
                    assertThrows(IllegalArgumentException.class, () -> encode(autoencoder, Element.FLOAT16, NOBODY))
                            .getMessage());
        }
    }
}
