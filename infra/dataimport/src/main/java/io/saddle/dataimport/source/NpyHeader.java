package io.saddle.dataimport.source;

import java.io.DataInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The beginning of an array in numpy's {@code .npy} format, versions 1 to 3. What reads statistics ({@code NpyArray} of the computing)
 * takes whole arrays of floats into memory and comes with libtorch; here the elements follow as a stream, of any whole number's type.
 *
 * @param type of the elements in numpy's letters, without byte order: {@code u1}, {@code i8}
 * @param order of the bytes of an element
 * @param shape every dimension at least 1
 * @param bytes of the header itself
 */
record NpyHeader(String type, ByteOrder order, int[] shape, int bytes) {

    private static final byte[] MAGIC = {(byte) 0x93, 'N', 'U', 'M', 'P', 'Y'};
    private static final int MOST_BYTES = 1 << 16;
    private static final int MOST_DIMENSIONS = 8;
    private static final Pattern TYPE = Pattern.compile("'descr'\\s*:\\s*'([<>|=]?)([a-zA-Z]\\d{1,6})'");
    private static final Pattern FORTRAN = Pattern.compile("'fortran_order'\\s*:\\s*(True|False)");
    private static final Pattern SHAPE = Pattern.compile("'shape'\\s*:\\s*\\(([\\d,\\s]*)\\)");

    /**
     * Reads up to the first element.
     *
     * @param where for messages
     * @throws SourceException if it is no such array, or one of Python objects: these are programs and never read
     */
    static NpyHeader read(String where, DataInputStream in) throws IOException {
        try {
            if (!Arrays.equals(in.readNBytes(MAGIC.length), MAGIC)) {
                throw new SourceException(where + " is no numpy array: it does not start with \\x93NUMPY");
            }
            int version = in.readUnsignedShort() >> 8;
            if (version < 1 || version > 3) {
                throw new SourceException(where + " has version " + version + " of the .npy format; 1 to 3 are read");
            }
            int length = version == 1
                    ? Short.toUnsignedInt(Short.reverseBytes(in.readShort()))
                    : Integer.reverseBytes(in.readInt());
            if (length < 0 || length > MOST_BYTES) {
                throw new SourceException(
                        where + " announces a header of " + Integer.toUnsignedString(length) + " bytes: it is damaged");
            }
            byte[] text = in.readNBytes(length);
            if (text.length != length) {
                throw new EOFException();
            }
            int before = MAGIC.length + 2 + (version == 1 ? Short.BYTES : Integer.BYTES);
            return parsed(where, new String(text, StandardCharsets.UTF_8).strip(), before + length);
        } catch (EOFException e) {
            throw new SourceException(where + " is cut off in its header", e);
        }
    }

    private static NpyHeader parsed(String where, String text, int bytes) throws SourceException {
        Matcher type = TYPE.matcher(text);
        Matcher fortran = FORTRAN.matcher(text);
        Matcher shape = SHAPE.matcher(text);
        if (!fortran.find() || !shape.find()) {
            throw new SourceException(where + ": its header is not understood");
        }
        if (!type.find()) {
            throw new SourceException(where + " has elements that are no numbers; Python objects are not read");
        }
        if (fortran.group(1).equals("True")) {
            throw new SourceException(where + " lies in Fortran order: save it as numpy.ascontiguousarray(...)");
        }
        return new NpyHeader(
                type.group(2),
                type.group(1).equals(">") ? ByteOrder.BIG_ENDIAN : ByteOrder.LITTLE_ENDIAN,
                dimensions(where, shape.group(1)),
                bytes);
    }

    private static int[] dimensions(String where, String text) throws SourceException {
        try {
            int[] shape = Arrays.stream(text.split(","))
                    .map(String::strip)
                    .filter(part -> !part.isEmpty())
                    .mapToInt(Integer::parseInt)
                    .toArray();
            if (shape.length <= MOST_DIMENSIONS && Arrays.stream(shape).allMatch(dimension -> dimension > 0)) {
                return shape;
            }
        } catch (NumberFormatException e) {
            // more than any dimension
        }
        throw new SourceException(where + " has the shape (" + text.strip() + "), which no images or labels have");
    }

    /** Bytes of an element; of text the type has the number of its letters. */
    int elementBytes() {
        int number = Integer.parseInt(type.substring(1));
        return type.charAt(0) == 'U' ? 4 * number : number;
    }

    /** Bytes of the whole file as the header says. */
    long fileBytes() throws ArithmeticException {
        long size = elementBytes();
        for (int dimension : shape) {
            size = Math.multiplyExact(size, dimension);
        }
        return Math.addExact(bytes, size);
    }
}
