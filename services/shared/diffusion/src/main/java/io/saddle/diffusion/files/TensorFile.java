package io.saddle.diffusion.files;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Collection;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * A safetensors file: named tensors as raw little-endian bytes behind a JSON header. Reading checks the header before memory
 * is taken: sizes, offsets without gaps or overlaps, shapes, names. What was read is written back byte for byte.
 *
 * @param tensors by name, in the order of their bytes
 * @param metadata the header's free text entries
 */
public record TensorFile(Map<String, Tensor> tensors, Map<String, String> metadata) {

    /**
     * One tensor.
     *
     * @param shape its dimensions; empty = a scalar
     * @param data its elements, little-endian, in row-major order
     */
    public record Tensor(TensorType type, long[] shape, ByteBuffer data) {
        /** A float32 tensor. */
        public static Tensor floats(long[] shape, float... values) {
            return floats(shape, values, 0, values.length);
        }

        /** A float32 tensor of a part of an array. */
        public static Tensor floats(long[] shape, float[] values, int offset, int count) {
            ByteBuffer bytes =
                    ByteBuffer.allocate(Math.multiplyExact(count, Float.BYTES)).order(ByteOrder.LITTLE_ENDIAN);
            bytes.asFloatBuffer().put(values, offset, count);
            return new Tensor(TensorType.F32, shape, bytes);
        }

        /**
         * The values as float32; F32, F16, BF16 and F64 can be converted.
         *
         * @throws IllegalStateException for integers
         */
        public float[] toFloats() {
            return TensorValues.toFloats(this);
        }

        /**
         * Some of the values, in row-major order, as float64.
         *
         * @throws IllegalStateException for integers
         */
        public double[] toDoubles(int from, int count) {
            return TensorValues.toDoubles(this, from, count);
        }

        /**
         * The values as int64.
         *
         * @throws IllegalStateException for floating-point numbers
         */
        public long[] toLongs() {
            return TensorValues.toLongs(this);
        }
    }

    public TensorFile {
        tensors = Collections.unmodifiableMap(new LinkedHashMap<>(tensors));
        metadata = Collections.unmodifiableMap(new LinkedHashMap<>(metadata));
    }

    /**
     * Reads a file.
     *
     * @throws IOException naming file, tensor and remedy
     */
    public static TensorFile read(Path file) throws IOException {
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ)) {
            TensorHeader header = TensorHeader.read(file, channel);
            Map<String, Tensor> tensors = new LinkedHashMap<>();
            for (TensorHeader.Entry entry : header.entries()) {
                ByteBuffer data =
                        ByteBuffer.allocate((int) (entry.end() - entry.begin())).order(ByteOrder.LITTLE_ENDIAN);
                TensorHeader.readFully(file, channel, header.dataStart() + entry.begin(), data);
                tensors.put(entry.name(), new Tensor(entry.type(), entry.shape(), data));
            }
            return new TensorFile(tensors, header.metadata());
        }
    }

    /** Writes the file and forces it to the disk; an existing file is overwritten. */
    public void write(Path file) throws IOException {
        Collection<Tensor> values = tensors.values();
        try (FileChannel channel = FileChannel.open(
                file, StandardOpenOption.CREATE, StandardOpenOption.WRITE, StandardOpenOption.TRUNCATE_EXISTING)) {
            writeFully(channel, TensorHeader.bytes(this));
            for (Tensor tensor : values) {
                writeFully(channel, tensor.data().duplicate().rewind());
            }
            channel.force(true);
        } catch (UncheckedIOException e) {
            throw e.getCause();
        }
    }

    /**
     * The tensor of this name.
     *
     * @throws IllegalArgumentException naming the tensors that exist
     */
    public Tensor get(String name) {
        Tensor tensor = tensors.get(name);
        if (tensor == null) {
            throw new IllegalArgumentException("no tensor " + name + "; there are " + tensors.keySet());
        }
        return tensor;
    }

    private static void writeFully(FileChannel channel, ByteBuffer bytes) throws IOException {
        while (bytes.hasRemaining()) {
            channel.write(bytes);
        }
    }
}
