package io.saddle.diffusion.torch;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/**
 * Memory outside the heap that is filled from Java arrays and read by libtorch without another copy; made once, used in every
 * step. Not thread-safe. A tensor made of it is valid until the next fill.
 */
public final class HostTensor {
    private final ByteBuffer bytes;

    /**
     * @param capacity number of bytes
     */
    public HostTensor(int capacity) {
        bytes = ByteBuffer.allocateDirect(capacity).order(ByteOrder.nativeOrder());
    }

    /** A float32 tensor of these values. */
    public NDArray floats(NDManager manager, float[] values, int offset, Shape shape) {
        int count = Math.toIntExact(shape.size());
        bytes.clear();
        bytes.asFloatBuffer().put(values, offset, count);
        return manager.create(bytes.limit(count * Float.BYTES), shape, DataType.FLOAT32);
    }

    /** An int64 tensor of these values. */
    public NDArray longs(NDManager manager, int[] values, int offset, int count) {
        bytes.clear();
        for (int i = 0; i < count; i++) {
            bytes.putLong(i * Long.BYTES, values[offset + i]);
        }
        return manager.create(bytes.limit(count * Long.BYTES), new Shape(count), DataType.INT64);
    }
}
