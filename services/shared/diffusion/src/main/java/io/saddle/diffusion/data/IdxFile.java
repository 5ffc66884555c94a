package io.saddle.diffusion.data;

import java.io.BufferedInputStream;
import java.io.DataInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.util.Arrays;
import java.util.zip.GZIPInputStream;

/**
 * An array of unsigned bytes in the IDX format of the MNIST files, plain or gzipped: two zero bytes, the type (8 = unsigned
 * byte), the number of dimensions, each dimension as a big-endian int, then the data.
 *
 * @param shape the dimensions, images first
 * @param data the values in row-major order
 */
public record IdxFile(int[] shape, byte[] data) {
    private static final int UNSIGNED_BYTE = 8;
    private static final int MAX_DIMENSIONS = 4;

    /**
     * Reads one array.
     *
     * @param name what to call the file in errors
     * @param in its content; not closed
     * @throws IOException if the content is not IDX, is cut short or has bytes left over
     */
    public static IdxFile read(String name, InputStream in) throws IOException {
        return read(name, in, true);
    }

    /**
     * The shape alone: what {@link #read} refuses is refused, but the values are passed over.
     *
     * @return without data
     * @throws IOException as {@link #read}
     */
    static IdxFile measure(String name, InputStream in) throws IOException {
        return read(name, in, false);
    }

    private static IdxFile read(String name, InputStream in, boolean keep) throws IOException {
        DataInputStream content = new DataInputStream(unzipped(in));
        try {
            int[] shape = shape(name, content);
            long size = size(name, shape);
            byte[] data = keep ? content.readNBytes((int) size) : new byte[0];
            long there = keep ? data.length : passOver(content, size);
            if (there != size) {
                throw new IOException(name + ": expected " + size + " bytes of data, the file ends after " + there
                        + "; fetch it again");
            }
            if (content.read() >= 0) {
                throw new IOException(name + ": more than the " + size + " bytes of data that its header announces");
            }
            return new IdxFile(shape, data);
        } catch (EOFException e) {
            throw new IOException(name + ": the file is cut short; fetch it again", e);
        }
    }

    private static long size(String name, int[] shape) throws IOException {
        try {
            long size = Arrays.stream(shape).asLongStream().reduce(1, Math::multiplyExact);
            if (size <= Integer.MAX_VALUE - 16) {
                return size;
            }
        } catch (ArithmeticException e) {
            // even more
        }
        throw new IOException(
                name + ": data of the shape " + Arrays.toString(shape) + " are more than one array can hold (2 GB)");
    }

    /** The number of bytes that there were, at most {@code size}. */
    private static long passOver(InputStream content, long size) throws IOException {
        byte[] buffer = new byte[1 << 16];
        long passed = 0;
        while (passed < size) {
            int read = content.read(buffer, 0, (int) Math.min(buffer.length, size - passed));
            if (read < 0) {
                break;
            }
            passed += read;
        }
        return passed;
    }

    private static int[] shape(String name, DataInputStream content) throws IOException {
        int magic = content.readInt();
        int dimensions = magic & 0xff;
        if (magic >>> 8 != UNSIGNED_BYTE || dimensions < 1 || dimensions > MAX_DIMENSIONS) {
            throw new IOException(String.format(
                    "%s: not an IDX file of unsigned bytes: it starts with %08x, expected 00000801 (labels) or 00000803"
                            + " (images)",
                    name, magic));
        }
        int[] shape = new int[dimensions];
        for (int i = 0; i < dimensions; i++) {
            shape[i] = content.readInt();
            if (shape[i] < 0) {
                throw new IOException(name + ": dimension " + i + " is negative: " + shape[i]);
            }
        }
        return shape;
    }

    private static InputStream unzipped(InputStream in) throws IOException {
        BufferedInputStream buffered = new BufferedInputStream(in, 1 << 16);
        buffered.mark(2);
        int first = buffered.read();
        int second = buffered.read();
        buffered.reset();
        boolean zipped = first == (GZIPInputStream.GZIP_MAGIC & 0xff) && second == GZIPInputStream.GZIP_MAGIC >> 8;
        return zipped ? new BufferedInputStream(new GZIPInputStream(buffered), 1 << 16) : buffered;
    }
}
