package io.saddle.diffusion.training;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import io.saddle.diffusion.torch.HostVector;
import io.saddle.diffusion.torch.TorchRuntime;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Vectors in parts beside the same in one piece: libtorch drops in-place operations whose results nobody reads. */
class FlatOpsTest {

    private final NDManager manager = TorchRuntime.get().newManager();
    private final FlatOps ops = new FlatOps();
    private final List<NDArray> parts = List.of(
            manager.create(new float[] {3}), manager.create(new float[] {0, -4}), manager.create(new float[] {12}));

    @AfterEach
    void close() {
        ops.close();
        manager.close();
    }

    private static float[] values(List<NDArray> parts) {
        float[] values = new float[4];
        int n = 0;
        for (NDArray part : parts) {
            for (float value : part.toFloatArray()) {
                values[n++] = value;
            }
        }
        return values;
    }

    @Test
    void theNormIsThatOfTheWhole() {
        assertEquals(13, ops.norm(parts), 1e-6);
        assertEquals(13, ops.norm(List.of(manager.create(new float[] {3, 0, -4, 12}))), 1e-6);
    }

    @Test
    void allPartsAreScaled() {
        ops.scale(parts, 0.5);
        assertArrayEquals(new float[] {1.5f, 0, -2, 6}, values(parts));
    }

    @Test
    void allPartsAreAdded() {
        List<NDArray> more = List.of(
                manager.create(new float[] {1}), manager.create(new float[] {2, 3}), manager.create(new float[] {4}));
        ops.add(parts, more);
        assertArrayEquals(new float[] {4, 2, -1, 16}, values(parts));
        assertArrayEquals(new float[] {1, 2, 3, 4}, values(more));
    }

    @Test
    void aVectorIsCopiedFromPartsAndSeenInTheSameOnes() {
        NDArray vector = manager.zeros(new Shape(4));
        try (NDList copied = ops.copy(vector, parts)) {
            assertArrayEquals(new float[] {3, 0, -4, 12}, vector.toFloatArray());
            assertEquals(List.of(1L, 2L, 1L), copied.stream().map(NDArray::size).toList());
            ops.scale(copied, 2);
            assertArrayEquals(new float[] {6, 0, -8, 24}, vector.toFloatArray(), "views, not copies of the copy");
        }
        assertArrayEquals(new float[] {3, 0, -4, 12}, values(parts));
        assertArrayEquals(new float[] {6, 0, -8, 24}, vector.toFloatArray(), "it outlives its parts");
    }

    @Test
    void aStepAlongPartsIsTheStepAlongTheWhole() {
        AdamW inParts = optimizer();
        AdamW whole = optimizer();
        for (int i = 0; i < 3; i++) {
            inParts.step(parts, 0.1);
            whole.step(List.of(manager.create(values(parts))), 0.1);
        }
        assertArrayEquals(whole.weights().toFloatArray(), inParts.weights().toFloatArray());
        assertArrayEquals(whole.mean().toFloatArray(), inParts.mean().toFloatArray());
        assertArrayEquals(whole.variance().toFloatArray(), inParts.variance().toFloatArray());
    }

    private AdamW optimizer() {
        AdamW optimizer = new AdamW(AdamWSettings.DEFAULT, ops, manager, 4);
        optimizer.set(HostVector.of(1, 2, 3, 4), HostVector.zeros(4), HostVector.zeros(4), 0);
        return optimizer;
    }
}
