package io.saddle.constraintevaluator;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.saddle.diffusion.evaluation.LossEstimateResult;
import io.saddle.diffusion.evaluation.TorchScriptClassifier;
import io.saddle.diffusion.evaluation.TorchScriptFeatures;
import io.saddle.diffusion.network.NoisePredictor;
import io.saddle.diffusion.network.Precision;
import io.saddle.diffusion.network.UNet2D;
import io.saddle.diffusion.sampling.ImageBatch;
import io.saddle.diffusion.torchscript.TorchScriptFile;
import io.saddle.model.DiffusersModels;
import io.saddle.model.RunModel;
import io.saddle.model.data.DataRoots;
import io.saddle.model.data.ImageSets;
import io.saddle.model.latents.LatentSpaces;
import io.saddle.run.spec.RunSpec;
import io.saddle.run.spec.RunSpecParser;
import io.saddle.run.spec.Submissions;
import io.saddle.schema.ConstraintDefinition;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Constraints on images of a tiny untrained network, judged by networks that somebody brought. */
class JudgedConstraintsTest {

    private static final Path JUDGES = Path.of("..", "shared", "diffusion", "src", "test", "resources", "judges");
    private static final int SAMPLES = 40;

    @TempDir
    Path folder;

    @BeforeEach
    void bring() throws IOException {
        for (String name : List.of("means.pt", "means.json", "lines.pt", "lines.json")) {
            Files.copy(JUDGES.resolve(name), folder.resolve(name));
        }
        ByteBuffer images = ByteBuffer.allocate(16 + 20 * 64)
                .putInt(0x803)
                .putInt(20)
                .putInt(8)
                .putInt(8);
        byte[] pixels = new byte[20 * 64];
        Arrays.fill(pixels, (byte) 51);
        ByteBuffer labels = ByteBuffer.allocate(8 + 20).putInt(0x801).putInt(20);
        for (int i = 0; i < 20; i++) {
            labels.put((byte) (i % 3));
        }
        Files.write(folder.resolve("images"), images.put(pixels).array());
        Files.write(folder.resolve("labels"), labels.array());
    }

    private RunSpec spec(String evaluation) {
        return new RunSpecParser(DiffusersModels.anywhere()).parse("run.yaml", """
                name: r
                data: {images: images, labels: labels}
                model:
                  unet: {sample_size: 8, block_out_channels: [8], layers_per_block: 1, norm_num_groups: 8,
                         down_block_types: [DownBlock2D], up_block_types: [UpBlock2D], attention_head_dim: null,
                         add_attention: false}
                constraints:
                  - {id: share, kind: class-frequency, atLeast: 0.1, evaluationSamples: 40, data: {classes: {1: {}, 2: {}}}}
                  - {id: own-share, kind: class-frequency, atLeast: 0.1, evaluationSamples: 40, data: {classes: {1: {}, 2: {}}},
                     parameters: {classifier: lines.pt}}
                  - {id: mean, kind: feature-mean, threshold: 1, evaluationSamples: 40, data: {}}
                  - {id: own-mean, kind: feature-mean, threshold: 1, evaluationSamples: 40, data: {}, parameters: {features: means.pt}}
                  - {id: small-mean, kind: feature-mean, threshold: 1, evaluationSamples: 40, data: {}, parameters: {features: small-cnn}}
                evaluation: {samplerSteps: 2%s}
                """.formatted(evaluation), folder);
    }

    private record Seen(LossEstimateResult result, ImageBatch images) {}

    private Seen measure(RunSpec spec, String constraint) throws IOException {
        ConstraintDefinition definition = new Submissions(new RunSpecParser(), Clock.systemUTC())
                .submission(spec, "test").constraints().stream()
                        .filter(one -> one.getConstraintId().equals(constraint))
                        .findFirst()
                        .orElseThrow();
        ImageSets sets = ImageSets.withoutStore();
        GeneratedImages generated = new GeneratedImages(folder, 2, sets, new LatentSpaces(sets), DataRoots.ANYWHERE);
        ConstraintLoss loss = definition.getKind().equals("class-frequency")
                ? new ClassFrequencyLoss(generated, sets)
                : new FeatureMeanLoss(generated, sets);
        RunModel model = RunModel.of(spec);
        try (UNet2D network = UNet2D.compile(model.network());
                NoisePredictor predictor =
                        new NoisePredictor(network, network.layout().initialValues(3), Precision.FP32)) {
            ConstraintLoss.Snapshot snapshot = new ConstraintLoss.Snapshot(predictor, model, spec);
            ImageBatch[] images = new ImageBatch[1];
            generated.each(snapshot, definition, batch -> images[0] = batch);
            return new Seen(loss.measure(snapshot, definition).result(), images[0]);
        } finally {
            generated.close();
        }
    }

    private double missing(ImageBatch images) throws IOException {
        try (TorchScriptClassifier lines =
                TorchScriptClassifier.open(TorchScriptFile.open(folder.resolve("lines.pt")), 1)) {
            long seen = Arrays.stream(lines.classify(images))
                    .filter(line -> line == 1 || line == 2)
                    .count();
            return 1 - seen / (double) SAMPLES;
        }
    }

    @Test
    void shouldCountClassesWithTheRunsClassifier() throws IOException {
        Seen found = measure(spec(", classifier: lines.pt"), "share");
        assertEquals(missing(found.images()), found.result().loss(), 1e-12);
        assertTrue(found.result().loss() < 1, "some are seen: " + found.result());
    }

    @Test
    void shouldCountClassesWithTheConstraintsOwnClassifier() throws IOException {
        Seen found = measure(spec(""), "own-share");
        assertEquals(missing(found.images()), found.result().loss(), 1e-12);
    }

    /** The data's mean is a fifth of white. */
    @Test
    void shouldCompareMeansOfTheFeaturesThatAreNamed() throws IOException {
        for (String constraint : List.of("mean", "own-mean")) {
            Seen found = measure(spec(constraint.equals("mean") ? ", features: [means.pt]" : ""), constraint);
            try (TorchScriptFeatures means =
                    TorchScriptFeatures.open(TorchScriptFile.open(folder.resolve("means.pt")), 1)) {
                double mean = 0;
                float[] rows = means.features(found.images());
                for (int i = 0; i < rows.length; i += 3) {
                    mean += rows[i] / (double) SAMPLES;
                }
                double variance = 0;
                for (int i = 0; i < rows.length; i += 3) {
                    variance += (rows[i] - mean) * (rows[i] - mean) / (SAMPLES - 1);
                }
                // The same distance in each of three colours, less the noise of the samples' mean.
                double squared = 3 * ((mean - 0.2) * (mean - 0.2) - variance / SAMPLES);
                assertEquals(Math.sqrt(squared), found.result().loss(), 1e-6, constraint);
            }
        }
    }

    /** What is taken where nothing is named can be named where the run has others. */
    @Test
    void shouldCompareMeansOfTheSmallNetworkWhereThatIsNamed() throws IOException {
        double unnamed = measure(spec(""), "mean").result().loss();
        assertEquals(
                unnamed,
                measure(spec(", features: [small-cnn, means.pt]"), "mean")
                        .result()
                        .loss());
        assertNotEquals(
                unnamed,
                measure(spec(", features: [means.pt]"), "mean").result().loss());
        assertEquals(
                measure(spec(""), "small-mean").result().loss(),
                measure(spec(", features: [means.pt]"), "small-mean").result().loss());
    }

    /** It was accepted, and then no snapshot could be measured. */
    @Test
    void shouldCompareMeansOfTheSmallNetworkWhereTheDataHaveNoClasses() throws IOException {
        byte[] labels = Files.readAllBytes(folder.resolve("labels"));
        Arrays.fill(labels, 8, labels.length, (byte) 0);
        Files.write(folder.resolve("labels"), labels);
        assertTrue(measure(spec(""), "mean").result().loss() > 0);
    }

    @Test
    void shouldRefuseAClassifierWhoseClassesAreNotTheDatas() throws IOException {
        RunSpec spec = spec(", classifier: lines.pt");
        Path json = folder.resolve("lines.json");
        Files.writeString(
                json, Files.readString(json).replace("\"2\"", "\"two\"").replace("\"0\"", "\"zero\""));
        byte[] labels = Files.readAllBytes(folder.resolve("labels"));
        labels[8] = 77;
        Files.write(folder.resolve("labels"), labels);
        String message =
                assertThrows(IOException.class, () -> measure(spec, "share")).getMessage();
        assertTrue(message.contains("tells apart [zero, 1, two, "), message);
        assertTrue(message.contains("the data's classes are {0=0, 1=1, 2=2, 77=77}"), message);
    }
}
