package io.saddle.diffusion.torch;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.index.NDIndex;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;

/**
 * A flat float32 vector in libtorch's memory on the host: weights, moments and averages of a network of any size take no heap.
 * Java reads and writes it through views of parts of it, which may not be used after {@link #close}. Not thread-safe.
 */
public final class HostVector implements AutoCloseable {

    /** Elements of the parts that a vector is gone through in. */
    public static final int PART = 1 << 20;

    private final NDManager manager;
    private final NDArray array;
    private final long size;

    private HostVector(NDManager manager, NDArray array) {
        this.manager = manager;
        this.array = array;
        this.size = array.size();
    }

    /** A vector of zeros. */
    public static HostVector zeros(long size) {
        NDManager manager = newManager();
        return new HostVector(manager, manager.zeros(new Shape(size), DataType.FLOAT32));
    }

    /** A vector of these values. */
    public static HostVector of(float... values) {
        HostVector vector = zeros(values.length);
        int from = 0;
        for (ByteBuffer bytes : vector.parts()) {
            FloatBuffer part = bytes.asFloatBuffer();
            int count = part.remaining();
            part.put(values, from, count);
            from += count;
        }
        return vector;
    }

    /** A copy of what lies on any device. */
    public static HostVector copyOf(NDArray array) {
        NDManager manager = newManager();
        // On the device where it is, DJL would hand back the array itself.
        NDArray copy = array.getDevice().isGpu() ? array.toDevice(manager.getDevice(), true) : array.duplicate();
        copy.attach(manager);
        return new HostVector(manager, copy);
    }

    /** The array itself where it lies on the host, else a copy. Closing it leaves the array as it is. */
    public static HostVector viewOf(NDArray array) {
        if (!array.getDevice().isGpu()) {
            return new HostVector(newManager(), array);
        }
        return copyOf(array);
    }

    private static NDManager newManager() {
        return TorchRuntime.get().newManager(ComputeDevice.CPU);
    }

    /** Number of elements. */
    public long size() {
        return size;
    }

    /** The vector as an array on the host. */
    public NDArray array() {
        return array;
    }

    /** The vector on a manager's device: itself on the host, else a copy that belongs to the manager. */
    public NDArray on(NDManager target) {
        if (!target.getDevice().isGpu()) {
            return array;
        }
        NDArray copy = array.toDevice(target.getDevice(), true);
        copy.attach(target);
        return copy;
    }

    /** A copy. */
    public HostVector copy() {
        return copyOf(array);
    }

    /** A part as little-endian bytes, at position 0; what is written into them is written into the vector. */
    public ByteBuffer bytes(long from, int count) {
        Objects.checkFromIndexSize(from, count, size);
        if (count == 0) {
            return ByteBuffer.allocate(0);
        }
        try (NDArray part = array.get(new NDIndex().addSliceDim(from, from + count))) {
            // The memory is the whole vector's, and stays when the part is closed.
            return part.toByteBuffer(true).order(ByteOrder.LITTLE_ENDIAN);
        }
    }

    /** Views as of {@link #bytes}, one after the other, of at most {@value #PART} elements each. */
    public List<ByteBuffer> parts(long from, long count) {
        List<ByteBuffer> parts = new ArrayList<>();
        for (long at = from; at < from + count; at += PART) {
            parts.add(bytes(at, (int) Math.min(PART, from + count - at)));
        }
        return parts;
    }

    /** All of {@link #parts(long, long)}. */
    public List<ByteBuffer> parts() {
        return parts(0, size);
    }

    /** All values, for vectors that are small. */
    public float[] toFloats() {
        float[] values = new float[Math.toIntExact(size)];
        int from = 0;
        for (ByteBuffer bytes : parts()) {
            FloatBuffer part = bytes.asFloatBuffer();
            int count = part.remaining();
            part.get(values, from, count);
            from += count;
        }
        return values;
    }

    /** The inner product of the same part of two vectors, summed in order in float64. */
    public double dot(HostVector other, long from, long count) {
        List<ByteBuffer> parts = parts(from, count);
        List<ByteBuffer> others = other.parts(from, count);
        double sum = 0;
        for (int i = 0; i < parts.size(); i++) {
            FloatBuffer mine = parts.get(i).asFloatBuffer();
            FloatBuffer its = others.get(i).asFloatBuffer();
            while (mine.hasRemaining()) {
                sum += (double) mine.get() * its.get();
            }
        }
        return sum;
    }

    /** The Euclidean norm, in float64. */
    public double norm() {
        return Math.sqrt(dot(this, 0, size));
    }

    /** True if no value is NaN or infinite. */
    public boolean isFinite() {
        for (ByteBuffer bytes : parts()) {
            FloatBuffer part = bytes.asFloatBuffer();
            while (part.hasRemaining()) {
                if (!Float.isFinite(part.get())) {
                    return false;
                }
            }
        }
        return true;
    }

    @Override
    public void close() {
        manager.close();
    }
}
