package io.saddle.diffusion.training;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import io.saddle.diffusion.network.FlatLayout;
import io.saddle.diffusion.network.ParameterSpec;
import io.saddle.diffusion.torch.TorchRuntime;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class StepDiagnosticsTest {

    private static final FlatLayout LAYOUT = new FlatLayout(
            List.of(new ParameterSpec("conv_in.weight", new long[] {2}, 0, ParameterSpec.Initial.ONES, 1)));

    private final NDManager manager = TorchRuntime.get().newManager();
    private final List<NDArray> given = new ArrayList<>();

    @AfterEach
    void close() {
        manager.close();
    }

    private NDArray gradient(float... values) {
        NDArray gradient = manager.create(values);
        given.add(gradient);
        return gradient;
    }

    @Test
    void theStepsGradientIsTheWeightedSumAndEachHasItsNormAndAngle() {
        float[][] gradients = {{3, 4}, {0, 2}, {-3, -4}};
        StepDiagnostics split =
                StepDiagnostics.of(source -> gradient(gradients[source]), new double[] {1, 0.5, 0}, LAYOUT);
        assertArrayEquals(new float[] {3, 5}, split.gradient().toFloatArray());
        assertArrayEquals(new double[] {5, 2, 5}, split.norms());
        assertArrayEquals(new double[] {1, 0.8, -1}, split.cosines(), 1e-12);
        assertEquals(Map.of("conv_in", Math.sqrt(34)), split.blockNorms());
    }

    @Test
    void aSourceWithoutRowsHasNeither() {
        StepDiagnostics split =
                StepDiagnostics.of(source -> source == 0 ? null : gradient(3, 4), new double[] {0, 1}, LAYOUT);
        assertArrayEquals(new double[] {Double.NaN, 5}, split.norms());
        assertArrayEquals(new double[] {Double.NaN, Double.NaN}, split.cosines());
    }

    /** Each is as large as the network: with three constraints they took as much as the weights and all that AdamW remembers. */
    @Test
    void gradientsOfManySourcesAreNotHeldTogether() {
        double[] totals = {1, 0.5, 0, 0.25, 0.25};
        StepDiagnostics.of(
                source -> {
                    assertEquals(
                            Math.min(source, 1),
                            given.stream()
                                    .filter(earlier -> !earlier.isReleased())
                                    .count(),
                            "before source " + source);
                    return gradient(1, source);
                },
                totals,
                LAYOUT);
        assertEquals(totals.length, given.size());
    }
}
