package io.saddle.diffusion.network;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.saddle.diffusion.torch.HostVector;
import io.saddle.diffusion.torch.ScalarType;
import io.saddle.diffusion.torch.TorchProgram;
import io.saddle.diffusion.torch.TorchRuntime;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ChannelsLastBodyTest {
    private static final int ROWS = 3;
    private static final int PIXELS = 400;
    private static final float[] SCALES = {1, 2};
    private static final float[] BIASES = {0.5f, -0.25f};

    /** Digits, as in the demo; or pictures that are not square, with what else a network may have. */
    static UNet2DConfig config(String name) {
        return switch (name) {
            case "digits" -> UNet2DConfig.of(28, 1, List.of(16, 32, 32), 1, 8);
            case "pictures" -> changed("'sample_size': [24, 40], 'layers_per_block': 2, 'center_input_sample': true");
            case "padded" -> changed("'downsample_padding': 0, 'mid_block_scale_factor': 1.5, 'num_class_embeds': 4");
            case "without a middle" -> changed("'mid_block_type': null, 'class_embed_type': 'timestep'");
            case "given embeddings" -> changed("'class_embed_type': 'identity', 'add_attention': false");
            // More than 2^20 weights of a convolution, behind another's bias: a leaf of bfloat16 alone.
            case "wide" -> UNet2DConfig.of(8, 1, List.of(352, 8), 1, 8);
            case "of any size" -> changed("'sample_size': null");
            default -> throw new IllegalArgumentException(name);
        };
    }

    private static UNet2DConfig changed(String values) {
        try {
            ObjectNode config = UNet2DConfigJson.write(UNet2DConfig.of(20, 3, List.of(8, 16), 1, 4));
            config.setAll((ObjectNode) new ObjectMapper().readTree("{" + values.replace('\'', '"') + "}"));
            return UNet2DConfigJson.read(config);
        } catch (JsonProcessingException e) {
            throw new IllegalArgumentException(e);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"digits", "pictures", "padded", "of any size"})
    void predictsWhatTheOtherLayersPredictFromTheSameWeights(String name) {
        UNet2DConfig config = config(name);
        UNet2DScript plain = new UNet2DScript(config, Precision.FP32);
        UNet2DScript last = new UNet2DScript(config, Precision.FP32, new ChannelsLastBody(Precision.FP32));
        assertEquals(
                plain.body().layout().parameters().toString(),
                last.body().layout().parameters().toString());
        String source = plain.network("plain") + plain.predict("plain") + last.network("last") + last.predict("last");
        assertTrue(source.contains("torch.avg_pool2d"), "no level of this network has large images");
        try (TorchProgram program = new TorchProgram(source);
                HostVector weights = plain.body().layout().initialValues(5);
                NDManager manager = TorchRuntime.get().newManager()) {
            float[] expected = predicted(program, "predict_plain", config, weights, manager);
            float[] found = predicted(program, "predict_last", config, weights, manager);
            assertArrayEquals(expected, found, 1e-5f);
        }
    }

    /** The error of bfloat16 is that of its roundings; one of the layers' own would stand out. */
    @ParameterizedTest
    @ValueSource(strings = {"digits", "pictures", "padded"})
    void isHardlyFurtherFromFloat32InBfloat16(String name) {
        UNet2DConfig config = config(name);
        UNet2DScript full = new UNet2DScript(config, Precision.FP32);
        UNet2DScript half = new UNet2DScript(config, Precision.BF16);
        String source = UNet2D.predictions(config, false).replace("predict_BF16", "predict_last")
                + half.network("plain")
                + half.predict("plain");
        try (TorchProgram program = new TorchProgram(source);
                HostVector weights = full.body().layout().initialValues(5);
                NDManager manager = TorchRuntime.get().newManager()) {
            float[] exact = predicted(program, "predict_FP32", config, weights, manager);
            double plain = error(predicted(program, "predict_plain", config, weights, manager), exact);
            double last = error(predicted(program, "predict_last", config, weights, manager), exact);
            assertTrue(plain > 0 && last < 1.3 * plain, last + " where the other layers have " + plain);
        }
    }

    /** Means of squares less squares of means: next to nothing is left of them where all pixels are alike. */
    @Test
    void aGroupOfEqualPixelsIsItsBias() {
        float[] image = new float[2 * PIXELS];
        Arrays.fill(image, 30.1f);
        float[] found = normed(Precision.FP32, image);
        for (int i = 0; i < found.length; i++) {
            assertEquals(silu(BIASES[i / PIXELS]), found[i], 5e-3, "at " + i);
        }
        for (float value : normed(Precision.BF16, image)) {
            assertTrue(Float.isFinite(value));
        }
    }

    /**
     * Bfloat16 rounds by up to 2^-9: the image by 0.02 of its standard deviation, which the second channel's scale doubles, that channel's
     * offset of 20 by 0.06, the result by 0.02.
     */
    @Test
    void aMeanOfTenStandardDeviationsIsTakenOff() {
        Random random = new Random(3);
        float[] image = new float[2 * PIXELS];
        double sum = 0;
        double squares = 0;
        for (int i = 0; i < image.length; i++) {
            image[i] = (float) (3 + 0.3 * random.nextGaussian());
            sum += image[i];
            squares += image[i] * image[i];
        }
        double mean = sum / image.length;
        double deviation = Math.sqrt(squares / image.length - mean * mean);
        for (Precision precision : Precision.values()) {
            float[] found = normed(precision, image);
            for (int i = 0; i < found.length; i++) {
                int channel = i / PIXELS;
                double exact = silu((image[i] - mean) / deviation * SCALES[channel] + BIASES[channel]);
                assertEquals(exact, found[i], precision == Precision.FP32 ? 1e-3 : 0.12, precision + " at " + i);
            }
        }
    }

    private static double silu(double x) {
        return x / (1 + Math.exp(-x));
    }

    /** Norm and SiLU of an image of one group, [2, 20, 20]. */
    private static float[] normed(Precision precision, float[] image) {
        ScriptBody body = new ChannelsLastBody(precision);
        ScalarType type = precision == Precision.BF16 ? ScalarType.BFLOAT16 : ScalarType.FLOAT32;
        String x = body.enter(body.input(body.op(type.cast("x")), 2), PIXELS);
        String normed = body.normedSilu("norm", x, null, 2, 1, 1e-5);
        String method = body.method(
                "norm(self: " + TorchProgram.SELF + ", x: Tensor, flat: Tensor) -> Tensor",
                "    leaves = " + body.leaves("flat") + "\n",
                precision,
                ScalarType.FLOAT32.cast(body.inOrder(normed)));
        try (TorchProgram program = new TorchProgram(method);
                NDManager manager = TorchRuntime.get().newManager()) {
            NDArray weights = manager.create(new float[] {SCALES[0], SCALES[1], BIASES[0], BIASES[1]});
            return program.call("norm", manager.create(image, new Shape(1, 2, 20, 20)), weights)
                    .singletonOrThrow()
                    .toFloatArray();
        }
    }

    private static float[] predicted(
            TorchProgram program, String method, UNet2DConfig config, HostVector weights, NDManager manager) {
        int height = config.sampleSize() == null ? 12 : config.height();
        int width = config.sampleSize() == null ? 20 : config.width();
        Random random = new Random(7);
        float[] images = new float[ROWS * config.inChannels() * height * width];
        for (int i = 0; i < images.length; i++) {
            images[i] = (float) random.nextGaussian();
        }
        NDArray x = manager.create(images, new Shape(ROWS, config.inChannels(), height, width));
        NDArray t = manager.create(new float[] {3, 400, 999});
        NDArray flat = weights.array();
        return (config.classConditional()
                        ? program.call(method, x, t, manager.create(new long[] {0, 3, 1}), flat)
                        : program.call(method, x, t, flat))
                .singletonOrThrow()
                .toFloatArray();
    }

    private static double error(float[] found, float[] exact) {
        double sum = 0;
        for (int i = 0; i < exact.length; i++) {
            double difference = found[i] - exact[i];
            sum += difference * difference;
        }
        return Math.sqrt(sum / exact.length);
    }
}
