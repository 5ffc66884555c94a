package io.saddle.diffusion.network;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import io.saddle.diffusion.torch.HostVector;
import io.saddle.diffusion.torch.TorchProgram;
import io.saddle.diffusion.torch.TorchRuntime;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Gradients that are written out against those that autograd finds of the other layers. */
class GradientBodyTest {
    private static final int ROWS = 3;

    @ParameterizedTest
    @ValueSource(
            strings = {"digits", "pictures", "padded", "without a middle", "given embeddings", "wide", "of any size"})
    void findsWhatAutogradFinds(String name) {
        UNet2DConfig config = ChannelsLastBodyTest.config(name);
        UNet2DScript plain = new UNet2DScript(config, Precision.FP32);
        String source = plain.network("plain")
                + plain.gradient("plain")
                + UNet2DScript.writtenGradient("written", config, Precision.FP32)
                + GradientScript.leafMethods(plain.body());
        FlatLayout layout = plain.body().layout();
        try (TorchProgram program = new TorchProgram(source);
                HostVector weights = weights(layout);
                NDManager manager = TorchRuntime.get().newManager()) {
            NDList expected = gradient(program, "gradient_plain", config, weights, manager);
            NDList found = gradient(program, "gradient_written", config, weights, manager);
            assertArrayEquals(expected.get(0).toFloatArray(), found.get(0).toFloatArray(), 1e-5f);
            float[] gradient = found.get(1).toFloatArray();
            float[] exact = expected.get(1).toFloatArray();
            double all = norm(exact, new float[exact.length], 0, exact.length);
            for (ParameterSpec parameter : layout.parameters()) {
                double norm = norm(exact, new float[exact.length], parameter.offset(), parameter.end());
                double difference = norm(exact, gradient, parameter.offset(), parameter.end());
                // Attention does not change with the bias of k: what is found of it are roundings.
                assertEquals(0, difference / Math.max(norm, 1e-4 * all), 2e-4, parameter + ", norm " + norm);
            }
        }
    }

    /** Else the gradient of a whole call lies beside the sum. */
    @Test
    void addsTheGradientsOfALeafAsSoonAsItHasAll() {
        UNet2DConfig config = ChannelsLastBodyTest.config("wide");
        int last = UNet2D.layout(config).leaves().size() - 1;
        String source = UNet2DScript.writtenGradient("written", config, Precision.BF16);
        assertTrue(last > 1);
        String afterTheLastLeaf = source.substring(source.indexOf("torch.autograd.backward([leaves[" + last + "]]"));
        assertTrue(afterTheLastLeaf.contains("torch.convolution_backward"));
        assertTrue(afterTheLastLeaf.contains("torch.autograd.backward([leaves[" + (last - 1) + "]]"));
    }

    /** The error of bfloat16 is that of its roundings; one of the backward pass's own would stand out. */
    @ParameterizedTest
    @ValueSource(strings = {"digits", "pictures", "padded", "wide"})
    void isHardlyFurtherFromFloat32InBfloat16(String name) {
        UNet2DConfig config = ChannelsLastBodyTest.config(name);
        UNet2DScript full = new UNet2DScript(config, Precision.FP32);
        UNet2DScript half = new UNet2DScript(config, Precision.BF16);
        String source = full.network("exact")
                + full.gradient("exact")
                + half.network("plain")
                + half.gradient("plain")
                + UNet2DScript.writtenGradient("written", config, Precision.BF16)
                + GradientScript.leafMethods(full.body());
        try (TorchProgram program = new TorchProgram(source);
                HostVector weights = weights(full.body().layout());
                NDManager manager = TorchRuntime.get().newManager()) {
            float[] exact = gradient(program, "gradient_exact", config, weights, manager)
                    .get(1)
                    .toFloatArray();
            double plain = error(gradient(program, "gradient_plain", config, weights, manager), exact);
            double written = error(gradient(program, "gradient_written", config, weights, manager), exact);
            assertTrue(plain > 0 && written < 1.3 * plain, written + " where autograd has " + plain);
        }
    }

    private static double error(NDList found, float[] exact) {
        return norm(exact, found.get(1).toFloatArray(), 0, exact.length);
    }

    private static double norm(float[] a, float[] b, int from, int to) {
        double sum = 0;
        for (int i = from; i < to; i++) {
            sum += (a[i] - b[i]) * (double) (a[i] - b[i]);
        }
        return Math.sqrt(sum);
    }

    /** Norms' weights and biases are not 1 and 0, as they are at first. */
    private static HostVector weights(FlatLayout layout) {
        HostVector initial = layout.initialValues(5);
        float[] values = initial.toFloats();
        initial.close();
        Random random = new Random(9);
        for (int i = 0; i < values.length; i++) {
            values[i] += (float) (0.02 * random.nextGaussian());
        }
        return HostVector.of(values);
    }

    private static NDList gradient(
            TorchProgram program, String method, UNet2DConfig config, HostVector weights, NDManager manager) {
        int height = config.sampleSize() == null ? 28 : config.height();
        int width = config.sampleSize() == null ? 20 : config.width();
        Shape images = new Shape(ROWS, config.inChannels(), height, width);
        NDArray x = manager.create(noise(images, 1)).reshape(images);
        NDArray target = manager.create(noise(images, 2)).reshape(images);
        NDArray t = manager.create(new float[] {3, 400, 999});
        NDArray rowWeights = manager.create(new float[] {0.5f, 0.2f, 0.3f});
        NDArray flat = weights.on(manager);
        if (!config.classConditional()) {
            return GradientSum.of(program, flat, method, x, t, target, rowWeights);
        }
        Shape vectors = new Shape(ROWS, config.timeWidth());
        NDArray labels = "identity".equals(config.classEmbedType())
                ? manager.create(noise(vectors, 3)).reshape(vectors)
                : manager.create(new long[] {0, 3, 1});
        return GradientSum.of(program, flat, method, x, t, labels, target, rowWeights);
    }

    private static float[] noise(Shape shape, int seed) {
        Random random = new Random(seed);
        float[] values = new float[Math.toIntExact(shape.size())];
        for (int i = 0; i < values.length; i++) {
            values[i] = (float) random.nextGaussian();
        }
        return values;
    }
}
