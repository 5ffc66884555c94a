package io.saddle.dataimport.source;

import io.saddle.dataimport.picture.Picture;
import io.saddle.dataset.Column;
import java.io.BufferedInputStream;
import java.io.Closeable;
import java.io.DataInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.zip.CRC32;
import java.util.zip.CheckedInputStream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipException;
import java.util.zip.ZipFile;

/**
 * Images in {@code .npz} files as numpy's {@code savez} and {@code savez_compressed} write them: unsigned bytes [N, H, W] or
 * [N, H, W, 1|3] under {@code images}, {@code x} or {@code arr_0}, labels beside them under {@code labels}, {@code y} or
 * {@code arr_1}; with {@code train_}, {@code val_}, {@code test_} before or after the names where there are several parts. Read as
 * streams, image by image.
 *
 * @param images name of the array
 * @param labels name of theirs; there need be none
 * @param split null if there are no parts
 */
record NpzSource(Path file, String images, String labels, String split) {

    private static final Pattern IMAGES =
            Pattern.compile("(?:(train|val|test)_)?(images|x|arr_0)(?:_(train|val|test))?\\.npy");
    private static final Pattern INTEGERS = Pattern.compile("[iu][1248]|b1");
    private static final Map<String, String> LABELS = Map.of("images", "labels", "x", "y", "arr_0", "arr_1");

    static boolean isNpz(Path file) {
        return file.getFileName().toString().toLowerCase(Locale.ROOT).endsWith(".npz");
    }

    /** @param files in the order of their names */
    static PictureSource open(List<Path> files) throws IOException {
        List<RawSource.Opener> parts = new ArrayList<>();
        List<String> notes = new ArrayList<>();
        FileSplits splits = new FileSplits(files);
        for (Path file : files) {
            for (NpzSource part : parts(file, notes)) {
                parts.add(opened -> part.reader(splits, opened));
            }
        }
        return new RawSource("numpy's .npz", files, parts, notes);
    }

    private static List<NpzSource> parts(Path file, List<String> notes) throws IOException {
        List<NpzSource> parts = new ArrayList<>();
        List<String> names;
        try (ZipFile zip = zip(file)) {
            names = zip.stream().map(ZipEntry::getName).sorted().toList();
        }
        for (String name : names) {
            Matcher images = IMAGES.matcher(name);
            if (images.matches()) {
                String split = images.group(1) != null ? images.group(1) : images.group(3);
                String labels = name.substring(0, images.start(2))
                        + LABELS.get(images.group(2))
                        + name.substring(images.end(2));
                for (NpzSource other : parts) {
                    if (Objects.equals(other.split, split)) {
                        throw new SourceException(file + " has images twice, " + other.images + " and " + name
                                + ": save those that are wanted in a file of their own");
                    }
                }
                if (!names.contains(labels)) {
                    notes.add(file + ": there are no labels of " + name + "; they would be called " + labels);
                }
                parts.add(new NpzSource(file, name, labels, split));
            }
        }
        if (parts.isEmpty()) {
            throw new SourceException(file + " has no array images, x or arr_0 (also with train_, val_, test_); it has "
                    + names.stream().limit(10).map(NpzSource::shown).toList());
        }
        return parts;
    }

    private static String shown(String name) {
        String printable = name.replaceAll("\\p{Cntrl}", "?");
        return printable.length() > 40 ? printable.substring(0, 40) + "..." : printable;
    }

    private static ZipFile zip(Path file) throws IOException {
        try {
            return new ZipFile(file.toFile());
        } catch (ZipException e) {
            throw new SourceException(file + " is no .npz file, or damaged or cut off", e);
        } catch (IOException e) {
            throw new SourceAwayException(file, e);
        }
    }

    private RawSource.Reader reader(FileSplits splits, List<Closeable> opened) throws IOException {
        ZipFile zip = zip(file);
        opened.add(zip);
        Entry pixels = new Entry(zip, zip.getEntry(images));
        opened.add(pixels.in);
        int[] shape = pixels.header.shape();
        int channels = channels(pixels);
        int bytes = RawSource.imageBytes(pixels.where, channels, shape[1], shape[2]);
        Entry classes = zip.getEntry(labels) == null ? null : new Entry(zip, zip.getEntry(labels));
        if (classes != null) {
            opened.add(classes.in);
            requireLabels(classes, shape[0]);
        }
        return index -> {
            if (index == shape[0]) {
                pixels.requireWhole();
                if (classes != null) {
                    classes.requireWhole();
                }
                return null;
            }
            Picture picture = new Picture(channelsFirst(pixels.next(bytes), channels), channels, shape[1], shape[2]);
            Map<String, String> values = new LinkedHashMap<>();
            if (classes != null) {
                values.put(Column.CLASS, Long.toString(classes.nextInteger()));
            }
            if (split != null) {
                values.put(Column.SPLIT, split);
            }
            return new SourcePicture(pixels.where + ", image " + index, decoder -> picture, splits.with(file, values));
        };
    }

    private static int channels(Entry images) throws SourceException {
        int[] shape = images.header.shape();
        if (!images.header.type().equals("u1")) {
            throw new SourceException(images.where + ": images are uint8 of 0 to 255, these are " + images.header.type()
                    + ": save them as uint8");
        }
        if (shape.length == 3) {
            return 1;
        }
        if (shape.length == 4 && (shape[3] == 1 || shape[3] == 3)) {
            return shape[3];
        }
        throw new SourceException(
                images.where + ": images are [N, H, W] or [N, H, W, C] with 1 or 3 channels at the end, these are "
                        + Arrays.toString(shape));
    }

    private static void requireLabels(Entry labels, int images) throws SourceException {
        int[] shape = labels.header.shape();
        boolean one = shape.length == 1 || shape.length == 2 && shape[1] == 1;
        if (!one || shape[0] != images) {
            throw new SourceException(labels.where + ": labels are [N] or [N, 1] with N = " + images + ", these are "
                    + Arrays.toString(shape));
        }
        if (!INTEGERS.matcher(labels.header.type()).matches()) {
            throw new SourceException(labels.where + ": labels are whole numbers, these are " + labels.header.type()
                    + " (of text, numpy.unique(labels, return_inverse=True)[1] gives some)");
        }
    }

    /** From [H, W, C] to [C, H, W]. */
    private static byte[] channelsFirst(byte[] levels, int channels) {
        if (channels == 1) {
            return levels;
        }
        int size = levels.length / channels;
        byte[] first = new byte[levels.length];
        for (int i = 0; i < size; i++) {
            for (int c = 0; c < channels; c++) {
                first[c * size + i] = levels[i * channels + c];
            }
        }
        return first;
    }

    /** An array that is read from its beginning to its end. */
    private final class Entry {
        private final String where;
        private final DataInputStream in;
        private final NpyHeader header;
        private final CRC32 sum = new CRC32();
        private final long expected;

        Entry(ZipFile zip, ZipEntry entry) throws IOException {
            where = file + ": " + entry.getName();
            InputStream unpacked = new CheckedInputStream(zip.getInputStream(entry), sum);
            in = new DataInputStream(new BufferedInputStream(unpacked, 1 << 16));
            header = NpyHeader.read(where, in);
            expected = entry.getCrc();
            long announced;
            try {
                announced = header.fileBytes();
            } catch (ArithmeticException e) {
                announced = -1;
            }
            if (entry.getSize() != announced) {
                throw new SourceException(where + " has " + entry.getSize() + " bytes, its header says "
                        + Arrays.toString(header.shape()) + " of " + header.type() + ": it is damaged");
            }
        }

        byte[] next(int bytes) throws IOException {
            return RawSource.exactly(where, in, bytes);
        }

        long nextInteger() throws IOException {
            byte[] element = next(header.elementBytes());
            ByteBuffer buffer = ByteBuffer.wrap(element).order(header.order());
            boolean signed = header.type().charAt(0) == 'i';
            return switch (element.length) {
                case 1 -> signed ? element[0] : element[0] & 0xff;
                case 2 -> signed ? buffer.getShort() : Short.toUnsignedInt(buffer.getShort());
                case 4 -> signed ? buffer.getInt() : Integer.toUnsignedLong(buffer.getInt());
                default -> buffer.getLong();
            };
        }

        /** Java's ZipFile does not look at the sums by itself. */
        void requireWhole() throws IOException {
            if (in.read() >= 0 || sum.getValue() != expected) {
                throw new SourceException(where + " is damaged: its checksum is another one");
            }
        }
    }
}
