package io.saddle.diffusion.network;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import io.saddle.diffusion.random.RandomStreams;
import io.saddle.diffusion.torch.HostVector;
import io.saddle.diffusion.torch.ScalarType;
import io.saddle.diffusion.torch.TorchProgram;
import io.saddle.diffusion.torch.TorchRuntime;
import java.util.SplittableRandom;
import java.util.function.BiFunction;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Layers that are computed in a quicker way than they are defined, beside their definitions: results and gradients, on images that are
 * no squares.
 */
class ScriptBodyTest {
    private static final int ROWS = 2;
    private static final int HEIGHT = 5;
    private static final int WIDTH = 7;
    private static final int IN = 3;
    private static final int CHANNELS = 6;
    private static final String SELF = "self: " + TorchProgram.SELF;

    /** The layer's result, and a gradient that tells of its input too, since a layer with weights of its own comes before it. */
    private record Outcome(float[] result, float[] gradient) {}

    /** @param layer writes a layer on a variable [B, CHANNELS, H, W], and returns its result */
    private static Outcome outcome(Precision precision, BiFunction<ScriptBody, String, String> layer) {
        ScriptBody body = new ScriptBody();
        String result = layer.apply(body, body.conv2d("before", "x0", IN, CHANNELS, 3, 1, 1));
        boolean half = precision == Precision.BF16;
        String method = body.method(
                "layer(" + SELF + ", x: Tensor, leaves: List[Tensor]) -> Tensor",
                "    x0 = " + (half ? ScalarType.BFLOAT16.cast("x") : "x") + "\n",
                precision,
                half ? ScalarType.FLOAT32.cast(result) : result);
        String source = method
                + "  def result(" + SELF + ", x: Tensor, flat: Tensor) -> Tensor:\n"
                + "    return (self).layer(x, " + body.leaves("flat") + ")\n"
                + GradientScript.method(
                        "gradient",
                        "x: Tensor",
                        "    out = (self).layer(x, leaves)\n"
                                + "    rows = torch.mean(torch.flatten(torch.mul(out, out), 1), [1])\n")
                + GradientScript.leafMethods(body);
        try (TorchProgram program = new TorchProgram(source);
                NDManager manager = TorchRuntime.get().newManager();
                HostVector weights = body.layout().initialValues(3)) {
            NDArray x = manager.create(noise(), new Shape(ROWS, IN, HEIGHT, WIDTH));
            NDArray flat = manager.create(weights.toFloats());
            NDArray rowWeights = manager.create(new float[] {1, 2});
            NDList gradient = GradientSum.of(program, flat, "gradient", x, rowWeights);
            return new Outcome(
                    program.call("result", x, flat).singletonOrThrow().toFloatArray(),
                    gradient.get(1).toFloatArray());
        }
    }

    private static float[] noise() {
        SplittableRandom random = new RandomStreams(5).stream("x");
        float[] values = new float[ROWS * IN * HEIGHT * WIDTH];
        for (int i = 0; i < values.length; i++) {
            values[i] = (float) random.nextGaussian();
        }
        return values;
    }

    /** Of the largest element; bfloat16 has a unit of 2^-8. */
    private static void assertSame(Outcome expected, Outcome actual, Precision precision) {
        double share = precision == Precision.FP32 ? 1e-5 : 2e-2;
        assertArrayEquals(expected.result(), actual.result(), (float) (share * largest(expected.result())), "result");
        assertArrayEquals(
                expected.gradient(), actual.gradient(), (float) (share * largest(expected.gradient())), "gradient");
    }

    private static double largest(float[] values) {
        double largest = 0;
        for (float value : values) {
            largest = Math.max(largest, Math.abs(value));
        }
        return largest;
    }

    private static Outcome attention(Precision precision, int heads, int headDim, boolean products) {
        return outcome(precision, (body, x) -> {
            String pixels = body.groupNorm("norm", body.op("torch.flatten(%s, 2)", x), CHANNELS, 2, 1e-5);
            return products
                    ? body.attentionByProducts("a", x, pixels, CHANNELS, heads, headDim, precision == Precision.BF16)
                    : body.attention("a", x, pixels, CHANNELS, heads, headDim);
        });
    }

    @ParameterizedTest
    @EnumSource(Precision.class)
    void aConvolutionOfADoubledImageIsFoundWithoutIt(Precision precision) {
        Outcome defined =
                outcome(Precision.FP32, (body, x) -> body.conv2d("after", doubled(body, x), CHANNELS, 4, 3, 1, 1));
        Outcome found = outcome(precision, (body, x) -> body.doubledConv2d("after", x, CHANNELS, 4));
        assertEquals(ROWS * 4 * 2 * HEIGHT * 2 * WIDTH, found.result().length);
        assertSame(defined, found, precision);
    }

    @Test
    void aConvolutionWithoutBiasOfADoubledImageIsFoundWithoutItToo() {
        assertSame(
                outcome(
                        Precision.FP32,
                        (body, x) -> body.conv2dWithoutBias("after", doubled(body, x), CHANNELS, CHANNELS, 1)),
                outcome(Precision.FP32, (body, x) -> body.doubledConv2dWithoutBias("after", x, CHANNELS, CHANNELS)),
                Precision.FP32);
    }

    private static String doubled(ScriptBody body, String x) {
        return body.op("torch.upsample_nearest2d(%s, None, [2., 2.])", x);
    }

    @ParameterizedTest
    @CsvSource({"FP32, 2, 4", "FP32, 1, 6", "BF16, 2, 4", "BF16, 3, 2"})
    void attentionByProductsIsAttention(Precision precision, int heads, int headDim) {
        Outcome defined = attention(Precision.FP32, heads, headDim, false);
        assertSame(defined, attention(precision, heads, headDim, true), precision);
    }

    /** Where what is compared above is the image alone, or nothing, no difference would show. */
    @Test
    void attentionHasItsShareOfTheResult() {
        float[] image = outcome(Precision.FP32, (body, x) -> x).result();
        float[] attended = attention(Precision.FP32, 2, 4, true).result();
        for (int i = 0; i < image.length; i++) {
            attended[i] -= image[i];
        }
        assertTrue(largest(attended) > 0.1, "at most " + largest(attended));
    }
}
