package io.saddle.model.latents;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import io.saddle.artifact.ArtifactStore;
import io.saddle.artifact.file.FileArtifactStore;
import io.saddle.dataset.DataSetAssembly;
import io.saddle.dataset.DataSetManifest.Origin;
import io.saddle.dataset.Element;
import io.saddle.diffusion.autoencoder.Autoencoder;
import io.saddle.diffusion.autoencoder.AutoencoderFiles;
import io.saddle.diffusion.autoencoder.StoredAutoencoder;
import io.saddle.diffusion.data.ImageDataSet;
import io.saddle.diffusion.network.NoisePredictor;
import io.saddle.diffusion.network.Precision;
import io.saddle.diffusion.network.UNet2D;
import io.saddle.diffusion.sampling.ImageBatch;
import io.saddle.diffusion.sampling.ImageSampler;
import io.saddle.diffusion.sampling.Sampler;
import io.saddle.diffusion.testing.RecordedAutoencoder;
import io.saddle.model.DiffusersModels;
import io.saddle.model.RunModel;
import io.saddle.model.SelectedData;
import io.saddle.model.SubmissionCheck;
import io.saddle.model.data.DataRoots;
import io.saddle.model.data.DataSetAddress;
import io.saddle.model.data.ImageSets;
import io.saddle.model.data.StoredDataSets;
import io.saddle.model.data.StoredDataSets.Version;
import io.saddle.run.spec.DataSelections;
import io.saddle.run.spec.Problem;
import io.saddle.run.spec.RunSpec;
import io.saddle.run.spec.RunSpecParser;
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
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Runs on latents, 4x8x8, of twelve pictures of 3x16x16 by an AutoencoderKL of diffusers'. */
class LatentRunsTest {
    private static final int COUNT = 12;
    private static final int LATENT = 4 * 8 * 8;
    private static final String RUN = """
            name: run
            data: {dataset: faces-latent}
            model: {preset: latent-8, unet: {block_out_channels: [16, 16], norm_num_groups: 4, attention_head_dim: 8}}
            training: {steps: 4, warmupSteps: 0}
            """;

    @TempDir
    Path temporary;

    private ArtifactStore store;
    private StoredDataSets stored;
    private ImageSets sets;
    private Path kl;

    @BeforeEach
    void encodeFaces() throws IOException {
        store = new FileArtifactStore(temporary.resolve("store"));
        stored = new StoredDataSets(store);
        sets = new ImageSets(store, DataRoots.ANYWHERE);
        stored.put("faces", folder -> assemble(folder));
        kl = RecordedAutoencoder.folder(temporary, "vae-a");
        encode("faces-latent", kl, false);
    }

    private void assemble(Path folder) throws IOException {
        byte[] pixels = new byte[COUNT * 3 * 16 * 16];
        new SplittableRandom(1).nextBytes(pixels);
        try (DataSetAssembly assembly = new DataSetAssembly(folder, 3, 16, 16)) {
            assembly.addImages(Files.write(temporary.resolve("pixels"), pixels));
            for (int i = 0; i < COUNT; i++) {
                assembly.addRow(Map.of("Male", i % 3 == 0 ? "1" : "0"));
            }
            assembly.finish("faces", new Origin("a", "b", "c"), List.of(), List.of(), Instant.EPOCH);
        }
    }

    private Version encode(String name, Path autoencoder, boolean means) throws IOException {
        Version source = stored.find(DataSetAddress.parse("faces"));
        StoredAutoencoder files = AutoencoderFiles.open(autoencoder);
        try (Autoencoder loaded = files.load(Precision.FP32)) {
            LatentEncoding.Options options =
                    new LatentEncoding.Options(files.files(), Element.FLOAT32, "fp32", means, 1);
            return new LatentEncoding(source, stored.open(source), loaded, options, (images, total) -> {})
                    .run(name, temporary.resolve("work"), stored, Instant.EPOCH);
        }
    }

    private RunSpec parse(String yaml) {
        return new RunSpecParser(DiffusersModels.anywhere(), sets).parse("run.yaml", yaml);
    }

    private List<String> problems(String yaml) {
        return new SubmissionCheck(sets, DataRoots.ANYWHERE, DiffusersModels.anywhere())
                .check(parse(yaml)).stream().map(Problem::toString).toList();
    }

    @Test
    void aRunKeepsThatItsDataAreLatentsAndIsJudgedByThePicturesTheyWereMadeOf() throws IOException {
        RunSpec spec = parse(RUN + "constraints: [{id: men, threshold: 1, data: {where: {Male: 1}, class: Male}}]\n");
        assertTrue(spec.data().latents());
        assertTrue(spec.constraints().get(0).data().latents());
        assertTrue(new RunSpecParser()
                .fromJson(new RunSpecParser().toJson(spec))
                .data()
                .latents());
        assertEquals(List.of(), new SubmissionCheck(sets, DataRoots.ANYWHERE, DiffusersModels.anywhere()).check(spec));
        RunSpec.Data seen = sets.pictures(spec.constraints().get(0).data());
        assertEquals("dataset:faces@1", seen.images());
        assertEquals("dataset:faces@1#Male", seen.labels());
        assertFalse(seen.latents());
        SelectedData data = new SelectedData(sets);
        assertEquals(3 * 16 * 16, data.open(DataSelections.toAvro(seen)).imageSize());
        ImageDataSet men =
                data.open(DataSelections.toAvro(spec.constraints().get(0).data()));
        assertEquals(List.of(4, LATENT), List.of(men.count(), men.imageSize()));
        RunSpec pixels = parse("name: run\ndata: {dataset: faces}\n");
        assertFalse(new RunSpecParser().toJson(pixels).contains("latent"));
        assertEquals(pixels.data(), sets.pictures(pixels.data()));
    }

    /** What training and losses read: draws of the distributions that the encoder gives, or their means. */
    @Test
    void latentsAreDrawnOrTheirMeansTaken() throws IOException {
        ImageDataSet pixels = sets.open("dataset:faces@1", null);
        float[] means;
        float[] deviations;
        try (Autoencoder loaded = AutoencoderFiles.open(kl).load(Precision.FP32);
                NDManager scope = loaded.newManager()) {
            float[] image = ImageBatch.of(pixels, 5, 6).pixels();
            float[] both = loaded.distributions(scope.create(image, new Shape(1, 3, 16, 16)))
                    .toFloatArray();
            means = Arrays.copyOf(both, LATENT);
            deviations = Arrays.copyOfRange(both, LATENT, 2 * LATENT);
            assertArrayEquals(
                    loaded.latents(scope.create(image, new Shape(1, 3, 16, 16))).toFloatArray(), means, 1e-6f);
        }
        SelectedData data = new SelectedData(sets);
        ImageDataSet drawn = data.open(DataSelections.toAvro(parse(RUN).data()));
        assertTrue(drawn.isDrawn());
        float[] read = new float[LATENT + 1];
        drawn.scaled(5, read, 1);
        assertArrayEquals(means, Arrays.copyOfRange(read, 1, LATENT + 1), 1e-6f);
        float[] noise = new float[LATENT + 1];
        Arrays.fill(noise, -2);
        drawn.draw(5, read, noise, 1);
        for (int i = 0; i < LATENT; i++) {
            // A few roundings of numbers of that size, however the processor orders them.
            float tolerance = 1e-6f * (1 + Math.abs(means[i]) + 2 * deviations[i]);
            assertEquals(means[i] - 2 * deviations[i], read[i + 1], tolerance);
        }
        String taken = RUN.replace("faces-latent", "faces-latent, latentMeans: true");
        assertEquals(List.of(), problems(taken));
        assertFalse(data.open(DataSelections.toAvro(parse(taken).data())).isDrawn());
        assertTrue(parse(taken + "constraints: [{id: men, threshold: 1, data: {where: {Male: 1}}}]\n")
                .constraints()
                .get(0)
                .data()
                .latentMeans());
        assertFalse(encode("means", kl, true).manifest().latents().drawn());
        assertFalse(sets.open("dataset:means", null).isDrawn());
    }

    @Test
    void theirStandardDeviationIsThatOfDraws() throws IOException {
        ImageDataSet drawn = sets.open("dataset:faces-latent", null);
        SplittableRandom random = new SplittableRandom(2);
        float[] noise = new float[LATENT];
        float[] read = new float[LATENT];
        double sum = 0;
        double squares = 0;
        int draws = 100;
        for (int i = 0; i < COUNT * draws; i++) {
            for (int k = 0; k < LATENT; k++) {
                noise[k] = (float) random.nextGaussian();
            }
            drawn.scaled(i % COUNT, read, 0);
            drawn.draw(i % COUNT, read, noise, 0);
            for (float value : read) {
                sum += value;
                squares += value * value;
            }
        }
        double count = (double) LATENT * COUNT * draws;
        double std = Math.sqrt(squares / count - sum / count * sum / count);
        assertEquals(std, sets.latents("dataset:faces-latent").orElseThrow().std(), 0.01 * std);
    }

    private float[] decoded(RunSpec spec, LatentSpaces spaces, int batch, int workers) throws IOException {
        RunModel model = RunModel.of(spec);
        try (UNet2D network = UNet2D.compile(model.network());
                NoisePredictor predictor = new NoisePredictor(
                        network, UNet2D.layout(model.network()).initialValues(1), Precision.FP32)) {
            ImageSampler sampler = model.images(predictor, spec.evaluation(), () -> new int[0], spaces.of(spec));
            ImageBatch images = sampler.sample(3, 7, batch, workers);
            assertEquals(
                    List.of(3, 3, 16, 16), List.of(images.count(), images.channels(), images.height(), images.width()));
            return images.pixels();
        }
    }

    @Test
    void samplesAreDecodedByTheAutoencoderThatTheLatentsWereMadeWith() throws IOException {
        RunSpec spec = parse(RUN + "evaluation: {samplerSteps: 2}\n");
        Files.delete(kl.resolve("config.json"));
        try (LatentSpaces spaces = new LatentSpaces(sets)) {
            float[] images = decoded(spec, spaces, 3, 1);
            assertArrayEquals(images, decoded(spec, spaces, 1, 2), 1e-4f);
            RunModel model = RunModel.of(spec);
            try (UNet2D network = UNet2D.compile(model.network());
                    NoisePredictor predictor = new NoisePredictor(
                            network, UNet2D.layout(model.network()).initialValues(1), Precision.FP32);
                    NDManager scope = spaces.of(spec).newManager()) {
                float[] latents = model.images(predictor, spec.evaluation(), () -> new int[0], null)
                        .sample(3, 7, 3, 1)
                        .pixels();
                NDArray expected = spaces.of(spec).images(scope.create(latents, new Shape(3, 4, 8, 8)));
                assertArrayEquals(expected.toFloatArray(), images, 1e-4f);
            }
            assertNull(spaces.of(parse("name: run\n")));
        }
    }

    /** Of pure noise the network says v = -3: the image, or the latent, is 3. */
    @ParameterizedTest
    @ValueSource(strings = {"ddim", "ddpm", "euler", "dpmpp-2m"})
    void latentsHaveNoBoundsAsPixelsHave(String sampler) {
        for (RunSpec spec : List.of(parse(RUN), parse("name: run\n"))) {
            Sampler chosen = RunModel.of(spec).sampler(sampler, "trailing", 1);
            float[] sample = {0};
            float first = chosen.timesteps()[0];
            chosen.begin(1).step(new float[] {-3}, first, sample, new float[] {0});
            assertEquals(spec.data().latents() ? 3 : 1, sample[0], 1e-3);
        }
    }

    @Test
    void anAutoencoderThatIsAnotherOneOrGoneDecodesNothing() throws IOException {
        RunSpec spec = parse(RUN);
        Path copy = temporary.resolve("store/datasets/faces-latent/v1/autoencoder/config.json");
        Files.writeString(copy, Files.readString(copy) + " ");
        try (LatentSpaces spaces = new LatentSpaces(sets)) {
            String other =
                    assertThrows(IOException.class, () -> spaces.of(spec)).getMessage();
            assertTrue(
                    other.endsWith(
                            "is not the file that data set faces-latent@1 was encoded with: its sha256 is another one"),
                    other);
            Files.delete(copy);
            String gone = assertThrows(IOException.class, () -> spaces.of(spec)).getMessage();
            assertTrue(gone.startsWith("data set faces-latent@1 has no autoencoder/config.json"), gone);
            assertTrue(gone.endsWith("encode faces@1 again"), gone);
        }
    }

    @Test
    void whatDoesNotFitLatentsIsSaidWhenTheRunIsSubmitted() throws IOException {
        Files.writeString(kl.resolve("config.json"), Files.readString(kl.resolve("config.json")) + " ");
        encode("faces-other", kl, true);
        List<String> mixed = problems(RUN + "constraints: [{id: men, threshold: 1, data: {dataset: faces-other}}]\n");
        assertEquals(1, mixed.size(), mixed.toString());
        assertTrue(
                mixed.get(0).startsWith("constraints[0].data: dataset:faces-other@1 holds latents by AutoencoderKL")
                        && mixed.get(0).endsWith("encode both with the same autoencoder"),
                mixed.get(0));
        List<String> flipped = problems(RUN.replace("faces-latent", "faces-latent, augment: {horizontalFlip: 0.5}"));
        assertTrue(flipped.get(0).startsWith("data.augment.horizontalFlip: is for images"), flipped.toString());
        List<String> certain = problems(RUN.replace("faces-latent", "faces-other, latentMeans: true"));
        assertTrue(
                certain.get(0).startsWith("data.latentMeans: is for latents with distributions"), certain.toString());
        List<String> claimed = problems(
                "name: run\ndata: {dataset: faces, latents: true}\nmodel: {unet: {sample_size: 16, in_channels: 3, out_channels: 3}}\n");
        assertEquals(List.of("data.latents: is filled in by itself: the data set holds images"), claimed);
        List<String> reference = problems(RUN + "evaluation: {reference: {images: bundled:mnist10k}}\n");
        assertEquals(
                List.of("evaluation.reference: the images are 1x28x28, what the run's latents decode to is 3x16x16"),
                reference);
    }

    @Test
    void latentsWhosePicturesAreGoneCannotBeJudged() throws IOException {
        stored.remove(DataSetAddress.parse("faces@1"));
        List<String> problems = problems(RUN);
        assertTrue(
                problems.get(0)
                        .startsWith("data: judges look at the images that dataset:faces-latent@1 was encoded from"),
                problems.toString());
    }
}
