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
import io.saddle.diffusion.torch.TorchRuntime;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** Gradients of a network of several leaves; the golden ones have a single leaf. */
class GradientSumTest {

    private static final int ROWS = 2;
    private static final UNet2DConfig CONFIG = UNet2DConfig.of(8, 1, List.of(64, 96), 2, 8);

    private static UNet2D network;
    private static NDManager manager;
    private static float[] weights;
    private static NDArray x;
    private static NDArray t;
    private static NDArray target;
    private static NDArray rowWeights;

    @BeforeAll
    static void compile() {
        network = UNet2D.compile(CONFIG);
        manager = TorchRuntime.get().newManager();
        try (HostVector initial = network.layout().initialValues(1)) {
            weights = initial.toFloats();
        }
        Shape shape = new Shape(ROWS, 1, 8, 8);
        x = manager.create(noise("x"), shape);
        target = manager.create(noise("target"), shape);
        t = manager.create(new long[] {3, 700});
        rowWeights = manager.create(new float[] {1, 2});
        assertTrue(network.layout().leaves().size() > 2, "leaves");
    }

    @AfterAll
    static void close() {
        manager.close();
        network.close();
    }

    private static float[] noise(String name) {
        SplittableRandom random = new RandomStreams(7).stream(name);
        float[] values = new float[ROWS * 64];
        for (int i = 0; i < values.length; i++) {
            values[i] = (float) random.nextGaussian();
        }
        return values;
    }

    private static float[] gradient(Precision precision) {
        try (NDManager scope = manager.newSubManager();
                GradientSum sum = network.newSum(scope.create(weights), scope)) {
            network.addGradient(x, t, null, target, rowWeights, sum, precision).close();
            return sum.joined().toFloatArray();
        }
    }

    private static double loss(float[] at) {
        try (NDManager scope = manager.newSubManager()) {
            float[] output =
                    network.predict(x, t, scope.create(at), Precision.FP32).toFloatArray();
            float[] wanted = target.toFloatArray();
            double loss = 0;
            for (int i = 0; i < output.length; i++) {
                double error = output[i] - wanted[i];
                loss += (i < 64 ? 1 : 2) * error * error / 64;
            }
            return loss;
        }
    }

    private static double dot(float[] a, float[] b, int from, int to) {
        double sum = 0;
        for (int i = from; i < to; i++) {
            sum += (double) a[i] * b[i];
        }
        return sum;
    }

    /** Along its own gradient in the weights of one leaf, the loss climbs by its norm: a value in a wrong place would not. */
    @Test
    void theGradientOfEachLeafIsTheSlopeOfTheLoss() {
        float[] gradient = gradient(Precision.FP32);
        int from = 0;
        for (List<ParameterSpec> leaf : network.layout().leaves()) {
            int to = from + FlatLayout.size(leaf);
            double norm = Math.sqrt(dot(gradient, gradient, from, to));
            double step = 1e-2;
            double climbed =
                    loss(moved(gradient, from, to, step / norm)) - loss(moved(gradient, from, to, -step / norm));
            assertEquals(1, climbed / (2 * step * norm), 0.02, "values " + from + " to " + to);
            from = to;
        }
        assertEquals(weights.length, from);
    }

    private static float[] moved(float[] direction, int from, int to, double step) {
        float[] moved = weights.clone();
        for (int i = from; i < to; i++) {
            moved[i] += (float) (step * direction[i]);
        }
        return moved;
    }

    @Test
    void inBfloat16EachLeafsIsNearTheOneInFloat32() {
        float[] exact = gradient(Precision.FP32);
        float[] near = gradient(Precision.BF16);
        int from = 0;
        for (List<ParameterSpec> leaf : network.layout().leaves()) {
            int to = from + FlatLayout.size(leaf);
            double cosine =
                    dot(exact, near, from, to) / Math.sqrt(dot(exact, exact, from, to) * dot(near, near, from, to));
            assertTrue(cosine > 0.99, cosine + " of the values " + from + " to " + to);
            from = to;
        }
    }

    @Test
    void whatIsAddedTwiceIsTwiceAsMuchInEveryPart() {
        float[] once = gradient(Precision.FP32);
        try (NDManager scope = manager.newSubManager();
                GradientSum sum = network.newSum(scope.create(weights), scope)) {
            for (int i = 0; i < 2; i++) {
                network.addGradient(x, t, null, target, rowWeights, sum, Precision.FP32)
                        .close();
            }
            int from = 0;
            for (NDArray part : sum.parts()) {
                float[] twice = part.toFloatArray();
                float[] expected = Arrays.copyOfRange(once, from, from + twice.length);
                for (int i = 0; i < expected.length; i++) {
                    expected[i] *= 2;
                }
                assertArrayEquals(expected, twice);
                from += twice.length;
            }
            assertEquals(once.length, from);
        }
    }

    /** What brings it may bring the next one in the same place. */
    @Test
    void aGradientFromElsewhereIsAddedAndKeptApart() {
        float[] once = gradient(Precision.FP32);
        try (NDManager scope = manager.newSubManager();
                GradientSum elsewhere = network.newSum(scope.create(weights), scope);
                GradientSum sum = network.newSum(scope.create(weights), scope)) {
            network.addGradient(x, t, null, target, rowWeights, elsewhere, Precision.FP32)
                    .close();
            NDList brought = new NDList();
            elsewhere.parts().forEach(part -> brought.add(part.duplicate()));

            sum.add(brought);
            brought.forEach(part -> part.muli(2));
            assertArrayEquals(once, sum.joined().toFloatArray());

            sum.add(brought);
            brought.forEach(part -> part.muli(0));
            float[] all = sum.joined().toFloatArray();
            for (int i = 0; i < once.length; i++) {
                assertEquals(once[i] + 2 * once[i], all[i]);
            }
            assertArrayEquals(once, elsewhere.joined().toFloatArray());
        }
    }
}
