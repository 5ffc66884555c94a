package io.saddle.diffusion.files;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/**
 * One tensor of a file.
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
        ByteBuffer bytes = bytes();
        float[] values = new float[count()];
        for (int i = 0; i < values.length; i++) {
            values[i] = (float) value(bytes, i);
        }
        return values;
    }

    /**
     * Some of the values, in row-major order, as float64.
     *
     * @throws IllegalStateException for integers
     */
    public double[] toDoubles(int from, int count) {
        ByteBuffer bytes = bytes();
        double[] values = new double[count];
        for (int i = 0; i < count; i++) {
            values[i] = value(bytes, from + i);
        }
        return values;
    }

    /**
     * The values as int64.
     *
     * @throws IllegalStateException for floating-point numbers
     */
    public long[] toLongs() {
        ByteBuffer bytes = bytes();
        long[] values = new long[count()];
        for (int i = 0; i < values.length; i++) {
            values[i] = switch (type) {
                case I64 -> bytes.getLong(8 * i);
                case I32 -> bytes.getInt(4 * i);
                case I16 -> bytes.getShort(2 * i);
                case I8 -> bytes.get(i);
                case U8, BOOL -> bytes.get(i) & 0xff;
                default -> throw new IllegalStateException("a tensor of type " + type + " holds no integers");
            };
        }
        return values;
    }

    private int count() {
        return data.capacity() / type.bytes();
    }

    private ByteBuffer bytes() {
        return data.duplicate().clear().order(ByteOrder.LITTLE_ENDIAN);
    }

    private double value(ByteBuffer data, int i) {
        return switch (type) {
            case F32 -> data.getFloat(4 * i);
            case F64 -> data.getDouble(8 * i);
            case BF16 -> Float.intBitsToFloat(data.getShort(2 * i) << 16);
            case F16 -> half(data.getShort(2 * i));
            default -> throw new IllegalStateException("a tensor of type " + type + " holds no floating-point numbers");
        };
    }

    /** IEEE 754 binary16: 1 sign, 5 exponent (bias 15) and 10 fraction bits. */
    private static float half(short bits) {
        int exponent = bits >> 10 & 0x1f;
        int fraction = bits & 0x3ff;
        float magnitude =
                switch (exponent) {
                    case 0 -> fraction * 0x1p-24f;
                    case 31 -> fraction == 0 ? Float.POSITIVE_INFINITY : Float.NaN;
                    default -> (1024 + fraction) * (float) Math.scalb(1.0, exponent - 25);
                };
        return bits < 0 ? -magnitude : magnitude;
    }
}
