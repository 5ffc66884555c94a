package io.saddle.dataimport.source;

import io.saddle.dataimport.picture.Picture;
import io.saddle.dataset.Column;
import java.io.Closeable;
import java.io.DataInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.zip.GZIPInputStream;
import java.util.zip.ZipException;

/**
 * Images that lie in files one behind the other, as they are: IDX (MNIST) and CIFAR's binary files, uncompressed or as a whole by
 * gzip. Read image by image: the reader of a run's own IDX files takes them whole into memory.
 */
final class RawSource implements PictureSource {

    private static final String PACKED = ".gz";
    private static final int CIFAR_SIDE = 32;
    private static final int CIFAR_BYTES = 3 * CIFAR_SIDE * CIFAR_SIDE;

    /** Reads the images of one file, in order. */
    @FunctionalInterface
    interface Reader {
        /** @return the next image; null at the end */
        SourcePicture next(long index) throws IOException;
    }

    /** Opens images that lie one behind the other for reading. */
    @FunctionalInterface
    interface Opener {
        /** @param opened to be closed after reading */
        Reader open(List<Closeable> opened) throws IOException;
    }

    private final String layout;
    private final List<Path> files;
    private final List<Opener> parts;
    private final List<String> notes;

    /**
     * @param files all that are read
     * @param parts whose images come one behind the other
     */
    RawSource(String layout, List<Path> files, List<Opener> parts, List<String> notes) {
        this.layout = layout;
        this.files = files;
        this.parts = parts;
        this.notes = notes;
    }

    /** True for what begins as an IDX file of images does. */
    static boolean isIdx(Path file) throws IOException {
        try (InputStream in = open(file)) {
            byte[] magic = in.readNBytes(4);
            return magic.length == 4
                    && magic[0] == 0
                    && magic[1] == 0
                    && magic[2] == 8
                    && magic[3] >= 3
                    && magic[3] <= 4;
        } catch (EOFException | ZipException damaged) {
            return false;
        }
    }

    /**
     * @param images an IDX file; the labels lie beside it, under the same name with "labels" and "idx1" in place of "images", "idx3",
     *     packed or not
     */
    static PictureSource idx(Path images) {
        List<Path> names = labels(images);
        for (Path labels : names) {
            if (Files.exists(labels)) {
                return new RawSource(
                        "IDX", List.of(images, labels), List.of(opened -> idx(images, labels, opened)), List.of());
            }
        }
        String missed = names.isEmpty()
                ? images + " has no 'images' or 'idx3' in its name, by which labels beside it would be known"
                : "there are no labels beside " + images + ", neither "
                        + names.get(0).getFileName() + " nor " + names.get(1).getFileName();
        return new RawSource(
                "IDX without labels", List.of(images), List.of(opened -> idx(images, null, opened)), List.of(missed));
    }

    /** Where labels may lie, the likelier place first; empty if the images' name does not say. */
    private static List<Path> labels(Path images) {
        String name = images.getFileName().toString();
        String labels = name.replace("images", "labels").replace("idx3", "idx1");
        if (labels.equals(name)) {
            return List.of();
        }
        String other =
                labels.endsWith(PACKED) ? labels.substring(0, labels.length() - PACKED.length()) : labels + PACKED;
        return List.of(images.resolveSibling(labels), images.resolveSibling(other));
    }

    private static Reader idx(Path images, Path labels, List<Closeable> opened) throws IOException {
        DataInputStream pixels = data(images, opened);
        int[] shape = shape(images, pixels);
        if (shape.length < 3) {
            throw new SourceException(images + ": images have 3 or 4 dimensions, not " + shape.length);
        }
        int channels = shape.length == 4 ? shape[1] : 1;
        int height = shape[shape.length - 2];
        int width = shape[shape.length - 1];
        if (channels != 1 && channels != 3) {
            throw new SourceException(images + ": images have 1 or 3 channels, not " + channels);
        }
        DataInputStream classes = labels == null ? null : data(labels, opened);
        if (classes != null) {
            int[] of = shape(labels, classes);
            if (of.length != 1 || of[0] != shape[0]) {
                throw new SourceException(
                        labels + " has " + of[0] + " labels, " + images + " has " + shape[0] + " images");
            }
        }
        int bytes = imageBytes(images, channels, height, width);
        return index -> {
            if (index == shape[0]) {
                requireEnd(images, pixels);
                if (classes != null) {
                    requireEnd(labels, classes);
                }
                return null;
            }
            Picture picture = new Picture(exactly(images, pixels, bytes), channels, height, width);
            Map<String, String> values = classes == null
                    ? Map.of()
                    : Map.of(Column.CLASS, Integer.toString(exactly(labels, classes, 1)[0] & 0xff));
            return new SourcePicture("image " + index, decoder -> picture, values);
        };
    }

    /** @throws SourceException for images of more than {@link SafeNames#MOST_BYTES} */
    static int imageBytes(Object file, int channels, int height, int width) throws SourceException {
        long pixels = (long) height * width;
        if (pixels > SafeNames.MOST_BYTES / channels) {
            throw new SourceException(file + ": an image of " + channels + "x" + height + "x" + width
                    + " has more than " + (SafeNames.MOST_BYTES >> 20) + " MiB: refused");
        }
        return channels * (int) pixels;
    }

    private static int[] shape(Path file, DataInputStream in) throws IOException {
        try {
            int magic = in.readInt();
            if (magic >> 8 != 8 || (magic & 0xff) < 1 || (magic & 0xff) > 4) {
                throw new SourceException(
                        file + " is no IDX file of unsigned bytes: it begins with " + Integer.toHexString(magic));
            }
            int[] shape = new int[magic & 0xff];
            for (int i = 0; i < shape.length; i++) {
                shape[i] = in.readInt();
                if (shape[i] < 1) {
                    throw new SourceException(file + ": dimension " + i + " is " + shape[i]);
                }
            }
            return shape;
        } catch (EOFException e) {
            throw new SourceException(file + " is cut off in its header", e);
        }
    }

    /** True for files of CIFAR-10 or CIFAR-100 by their size. */
    static boolean isCifar(Path file) throws IOException {
        return file.getFileName().toString().endsWith(".bin")
                && Files.size(file) > 0
                && (Files.size(file) % (CIFAR_BYTES + 1) == 0 || Files.size(file) % (CIFAR_BYTES + 2) == 0);
    }

    /** @param files in the order of their names */
    static PictureSource cifar(List<Path> files) {
        List<Opener> openers = new ArrayList<>();
        for (Path file : files) {
            openers.add(opened -> cifar(file, opened));
        }
        return new RawSource("CIFAR's binary files", files, openers, List.of());
    }

    private static Reader cifar(Path file, List<Closeable> opened) throws IOException {
        boolean coarse = Files.size(file) % (CIFAR_BYTES + 1) != 0;
        long count = Files.size(file) / (CIFAR_BYTES + (coarse ? 2 : 1));
        DataInputStream in = data(file, opened);
        String split = file.getFileName().toString().startsWith("test") ? "test" : "train";
        return index -> {
            if (index == count) {
                return null;
            }
            byte[] row = exactly(file, in, CIFAR_BYTES + (coarse ? 2 : 1));
            int labels = coarse ? 2 : 1;
            byte[] levels = new byte[CIFAR_BYTES];
            System.arraycopy(row, labels, levels, 0, CIFAR_BYTES);
            Picture picture = new Picture(levels, 3, CIFAR_SIDE, CIFAR_SIDE);
            Map<String, String> values = new LinkedHashMap<>();
            values.put(Column.CLASS, Integer.toString(row[labels - 1] & 0xff));
            if (coarse) {
                values.put("coarse", Integer.toString(row[0] & 0xff));
            }
            values.put(Column.SPLIT, split);
            return new SourcePicture(file.getFileName() + ", image " + index, decoder -> picture, values);
        };
    }

    private static DataInputStream data(Path file, List<Closeable> opened) throws IOException {
        DataInputStream in = new DataInputStream(open(file));
        opened.add(in);
        return in;
    }

    private static InputStream open(Path file) throws IOException {
        return unpacked(SourceFile.open(file));
    }

    /** The content of a file that may be packed by gzip, as its first bytes say: names say it in many ways. */
    static InputStream unpacked(InputStream in) throws IOException {
        in.mark(2);
        boolean gzip = in.read() == 0x1f && in.read() == 0x8b;
        in.reset();
        return gzip ? new GZIPInputStream(in, 1 << 16) : in;
    }

    /** @param file for messages */
    static byte[] exactly(Object file, InputStream in, int bytes) throws IOException {
        try {
            byte[] read = in.readNBytes(bytes);
            if (read.length == bytes) {
                return read;
            }
        } catch (EOFException | ZipException e) {
            throw new SourceException(file + " is damaged or cut off", e);
        } catch (SourceAwayException e) {
            throw e;
        } catch (IOException e) {
            throw new SourceAwayException(file, e);
        }
        throw new SourceException(file + " is cut off");
    }

    /** A packed file's check sum is looked at when its end is read. */
    private static void requireEnd(Path file, InputStream in) throws IOException {
        try {
            if (in.read() < 0) {
                return;
            }
        } catch (EOFException | ZipException e) {
            throw new SourceException(file + " is damaged or cut off", e);
        }
        throw new SourceException(file + " has more bytes than its header says: it is damaged");
    }

    @Override
    public String layout() {
        return layout;
    }

    @Override
    public List<Path> files() {
        return files;
    }

    @Override
    public List<String> notes() {
        return notes;
    }

    @Override
    public OptionalLong count() {
        return OptionalLong.empty();
    }

    @Override
    public void read(long first, Visitor visitor) throws IOException {
        long seen = 0;
        for (Opener part : parts) {
            List<Closeable> opened = new ArrayList<>();
            try {
                Reader reader = part.open(opened);
                long index = 0;
                for (SourcePicture picture = reader.next(index); picture != null; picture = reader.next(++index)) {
                    if (seen++ >= first && !visitor.take(picture)) {
                        return;
                    }
                }
            } finally {
                for (Closeable one : opened) {
                    one.close();
                }
            }
        }
    }
}
