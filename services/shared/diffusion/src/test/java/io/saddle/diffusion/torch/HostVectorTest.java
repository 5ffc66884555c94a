package io.saddle.diffusion.torch;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class HostVectorTest {

    /** Longer than two parts, each value its index. */
    private static HostVector counting() {
        float[] values = new float[2 * HostVector.PART + 3];
        for (int i = 0; i < values.length; i++) {
            values[i] = i;
        }
        return HostVector.of(values);
    }

    @Test
    void aViewOfAPartIsThePartAndIsWrittenThrough() {
        try (HostVector vector = counting()) {
            int from = HostVector.PART - 1;
            assertEquals(from, vector.bytes(from, 4).asFloatBuffer().get(0));
            vector.bytes(from, 4).asFloatBuffer().put(2, -7);
            assertEquals(-7, vector.toFloats()[from + 2]);
            assertEquals(-7, vector.array().getFloat(from + 2), "libtorch sees what Java wrote");
            assertThrows(IndexOutOfBoundsException.class, () -> vector.bytes(vector.size() - 1, 2));
        }
    }

    @Test
    void partsLeaveNothingOutAndOverlapNowhere() {
        try (HostVector vector = counting()) {
            List<Integer> lengths = new ArrayList<>();
            float next = 5;
            for (ByteBuffer part : vector.parts(5, vector.size() - 5)) {
                lengths.add(part.remaining() / Float.BYTES);
                assertEquals(next, part.asFloatBuffer().get(0));
                next += part.remaining() / Float.BYTES;
            }
            assertEquals(vector.size(), next);
            assertEquals(List.of(HostVector.PART, HostVector.PART - 2), lengths);
            assertEquals(List.of(), vector.parts(7, 0));
        }
    }

    @Test
    void aCopyIsOnItsOwnAndAViewIsNot() {
        try (NDManager manager = TorchRuntime.get().newManager(ComputeDevice.CPU)) {
            NDArray array = manager.create(new float[] {1, 2});
            try (HostVector copy = HostVector.copyOf(array);
                    HostVector view = HostVector.viewOf(array)) {
                array.addi(10);
                assertArrayEquals(new float[] {1, 2}, copy.toFloats());
                assertArrayEquals(new float[] {11, 12}, view.toFloats());
            }
            assertEquals(11, array.getFloat(0), "the array outlives its view");
        }
    }

    @Test
    void aCopyOutlivesTheArraysManager() {
        HostVector copy;
        try (NDManager manager = TorchRuntime.get().newManager(ComputeDevice.CPU)) {
            copy = HostVector.copyOf(manager.create(new float[] {1, 2}));
        }
        try (copy) {
            assertArrayEquals(new float[] {1, 2}, copy.toFloats());
        }
    }

    @Test
    void oneValueThatIsNotFiniteIsFoundInAnyPart() {
        try (HostVector vector = counting()) {
            assertTrue(vector.isFinite());
            vector.bytes(vector.size() - 1, 1).asFloatBuffer().put(0, Float.NaN);
            assertFalse(vector.isFinite());
        }
    }

    @Test
    void normsAreSummedInFloat64() {
        try (HostVector vector = HostVector.of(3e20f, 4e20f);
                HostVector other = HostVector.of(1, -1)) {
            assertEquals(5e20, vector.norm(), 1e14);
            assertEquals(3e20f - (double) 4e20f, vector.dot(other, 0, 2));
            assertEquals(-(double) 4e20f, vector.dot(other, 1, 1));
        }
    }
}
