package io.saddle.diffusion.files;

import io.saddle.diffusion.files.TensorFile.Tensor;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/** Converts the raw bytes of tensors. */
final class TensorValues {
    private TensorValues() {}

    static float[] toFloats(Tensor tensor) {
        ByteBuffer data = bytes(tensor);
        float[] values = new float[data.capacity() / tensor.type().bytes()];
        for (int i = 0; i < values.length; i++) {
            values[i] = (float) value(tensor, data, i);
        }
        return values;
    }

    static double[] toDoubles(Tensor tensor, int from, int count) {
        ByteBuffer data = bytes(tensor);
        double[] values = new double[count];
        for (int i = 0; i < count; i++) {
            values[i] = value(tensor, data, from + i);
        }
        return values;
    }

    private static double value(Tensor tensor, ByteBuffer data, int i) {
        return switch (tensor.type()) {
            case F32 -> data.getFloat(4 * i);
            case F64 -> data.getDouble(8 * i);
            case BF16 -> Float.intBitsToFloat(data.getShort(2 * i) << 16);
            case F16 -> half(data.getShort(2 * i));
            default ->
                throw new IllegalStateException(
                        "a tensor of type " + tensor.type() + " holds no floating-point numbers");
        };
    }

    static long[] toLongs(Tensor tensor) {
        ByteBuffer data = bytes(tensor);
        long[] values = new long[data.capacity() / tensor.type().bytes()];
        for (int i = 0; i < values.length; i++) {
            values[i] = switch (tensor.type()) {
                case I64 -> data.getLong(8 * i);
                case I32 -> data.getInt(4 * i);
                case I16 -> data.getShort(2 * i);
                case I8 -> data.get(i);
                case U8, BOOL -> data.get(i) & 0xff;
                default -> throw new IllegalStateException("a tensor of type " + tensor.type() + " holds no integers");
            };
        }
        return values;
    }

    private static ByteBuffer bytes(Tensor tensor) {
        return tensor.data().duplicate().clear().order(ByteOrder.LITTLE_ENDIAN);
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
