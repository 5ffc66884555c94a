package io.saddle.diffusion.files;

import java.io.DataInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A numeric array in numpy's {@code .npy} format, versions 1 to 3: {@code \x93NUMPY}, the version, the length of the header,
 * the header as a Python dictionary, the elements. Read are real floats and integers of 4 and 8 bytes, of either byte order, in
 * C or Fortran order; written is version 1, little-endian, C order.
 *
 * @param shape the dimensions; empty = a scalar
 * @param values the elements as float64, in row-major (C) order
 */
public record NpyArray(int[] shape, double[] values) {
    private static final byte[] MAGIC = {(byte) 0x93, 'N', 'U', 'M', 'P', 'Y'};
    /** As numpy itself has it. */
    private static final int MAX_HEADER_BYTES = 10_000;

    private static final int MAX_DIMENSIONS = 64;
    private static final int ALIGNMENT = 64;
    private static final Pattern TYPE = Pattern.compile("'descr'\\s*:\\s*'([<>|=]?)([a-zA-Z])(\\d*)'");
    private static final Pattern OTHER_TYPE = Pattern.compile("(?s)'descr'\\s*:\\s*(.*?),\\s*'(?:fortran|shape)");
    private static final Pattern ORDER = Pattern.compile("'fortran_order'\\s*:\\s*(True|False)");
    private static final Pattern SHAPE = Pattern.compile("'shape'\\s*:\\s*\\(([\\d,\\s]*)\\)");

    private record Header(String type, ByteOrder byteOrder, boolean fortran, int[] shape, int bytes) {
        int elementBytes() {
            return type.charAt(1) - '0';
        }

        int elements() {
            return Arrays.stream(shape).reduce(1, (a, b) -> a * b);
        }
    }

    /** A vector of these values. */
    public static NpyArray vector(double... values) {
        return new NpyArray(new int[] {values.length}, values);
    }

    /** A square matrix of these values. */
    public static NpyArray square(int size, double[] values) {
        return new NpyArray(new int[] {size, size}, values);
    }

    /**
     * @param name what to call the array in errors
     * @param in its file
     * @param size bytes of the file: compared with what the header announces before memory is taken
     * @throws IOException naming the array and what is wrong
     */
    static NpyArray read(String name, InputStream in, long size) throws IOException {
        DataInputStream content = new DataInputStream(in);
        try {
            Header header = header(name, content);
            long announced = header.bytes() + (long) header.elements() * header.elementBytes();
            if (size != announced) {
                throw new IOException(name + ": its header announces " + announced + " bytes, it has " + size
                        + "; it is damaged, fetch it again");
            }
            int length = header.elements() * header.elementBytes();
            // Takes memory as bytes come: the size in an archive is as good as what wrote it.
            byte[] bytes = content.readNBytes(length);
            if (bytes.length != length) {
                throw new EOFException();
            }
            double[] stored = elements(header, ByteBuffer.wrap(bytes).order(header.byteOrder()));
            return new NpyArray(header.shape(), header.fortran() ? rowMajor(stored, header.shape()) : stored);
        } catch (EOFException e) {
            throw new IOException(name + ": it is cut short; fetch it again", e);
        }
    }

    /** The array as a file of float64. */
    byte[] toBytes() {
        String text = Arrays.toString(shape).replace('[', '(').replace(']', ')');
        if (shape.length == 1) {
            text = "(" + shape[0] + ",)";
        }
        String header = "{'descr': '<f8', 'fortran_order': False, 'shape': " + text + ", }";
        int prefix = MAGIC.length + 2 + Short.BYTES;
        int start = (prefix + header.length() + 1 + ALIGNMENT - 1) / ALIGNMENT * ALIGNMENT;
        ByteBuffer bytes = ByteBuffer.allocate(Math.addExact(start, Math.multiplyExact(values.length, Double.BYTES)))
                .order(ByteOrder.LITTLE_ENDIAN);
        bytes.put(MAGIC).put((byte) 1).put((byte) 0).putShort((short) (start - prefix));
        bytes.put(header.getBytes(StandardCharsets.US_ASCII));
        while (bytes.position() < start - 1) {
            bytes.put((byte) ' ');
        }
        bytes.put((byte) '\n');
        bytes.asDoubleBuffer().put(values);
        return bytes.array();
    }

    private static Header header(String name, DataInputStream content) throws IOException {
        byte[] magic = content.readNBytes(MAGIC.length);
        if (!Arrays.equals(magic, MAGIC)) {
            throw new IOException(name + ": no numpy array: it does not start with \\x93NUMPY");
        }
        int version = content.readUnsignedByte();
        content.readUnsignedByte();
        if (version < 1 || version > 3) {
            throw new IOException(name + ": it has version " + version + " of the .npy format; 1 to 3 are read");
        }
        int length = version == 1
                ? Short.toUnsignedInt(Short.reverseBytes(content.readShort()))
                : Integer.reverseBytes(content.readInt());
        if (length < 0 || length > MAX_HEADER_BYTES) {
            throw new IOException(name + ": it announces a header of " + Integer.toUnsignedString(length)
                    + " bytes; it is damaged, fetch it again");
        }
        byte[] text = content.readNBytes(length);
        if (text.length != length) {
            throw new EOFException();
        }
        int bytes = MAGIC.length + 2 + (version == 1 ? Short.BYTES : Integer.BYTES) + length;
        return parse(name, new String(text, StandardCharsets.UTF_8), bytes);
    }

    private static Header parse(String name, String text, int bytes) throws IOException {
        Matcher type = TYPE.matcher(text);
        Matcher order = ORDER.matcher(text);
        Matcher shape = SHAPE.matcher(text);
        if (!order.find() || !shape.find()) {
            throw new IOException(name + ": its header is not understood: " + text.strip());
        }
        String element = type.find() ? type.group(2) + type.group(3) : "";
        if (!element.matches("[fi][48]")) {
            Matcher other = OTHER_TYPE.matcher(text);
            throw new IOException(name + ": its elements are not float64 or float32 but "
                    + (other.find() ? other.group(1) : text).strip()
                    + "; save it as .astype('float64')");
        }
        ByteOrder byteOrder = type.group(1).equals(">") ? ByteOrder.BIG_ENDIAN : ByteOrder.LITTLE_ENDIAN;
        return new Header(element, byteOrder, order.group(1).equals("True"), dimensions(name, shape.group(1)), bytes);
    }

    private static int[] dimensions(String name, String text) throws IOException {
        try {
            int[] shape = Arrays.stream(text.split(","))
                    .map(String::strip)
                    .filter(part -> !part.isEmpty())
                    .mapToInt(Integer::parseInt)
                    .toArray();
            long elements = Double.BYTES;
            for (int dimension : shape) {
                elements = Math.multiplyExact(elements, dimension);
            }
            if (elements <= Integer.MAX_VALUE - 16 && shape.length <= MAX_DIMENSIONS) {
                return shape;
            }
        } catch (NumberFormatException | ArithmeticException e) {
            // a number that no array's size can be
        }
        throw new IOException(name + ": the shape (" + text + ") is more than one array can hold (2 GB)");
    }

    private static double[] elements(Header header, ByteBuffer bytes) {
        double[] values = new double[header.elements()];
        for (int i = 0; i < values.length; i++) {
            values[i] = switch (header.type()) {
                case "f8" -> bytes.getDouble();
                case "f4" -> bytes.getFloat();
                case "i8" -> bytes.getLong();
                default -> bytes.getInt();
            };
        }
        return values;
    }

    /** In Fortran order the first index runs fastest. */
    private static double[] rowMajor(double[] stored, int[] shape) {
        double[] values = new double[stored.length];
        int[] index = new int[shape.length];
        for (int i = 0; i < values.length; i++) {
            int from = 0;
            for (int d = shape.length - 1; d >= 0; d--) {
                from = from * shape[d] + index[d];
            }
            values[i] = stored[from];
            for (int d = shape.length - 1; d >= 0 && ++index[d] == shape[d]; d--) {
                index[d] = 0;
            }
        }
        return values;
    }
}
