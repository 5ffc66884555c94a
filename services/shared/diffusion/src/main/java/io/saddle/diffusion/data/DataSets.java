package io.saddle.diffusion.data;

import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Map;

/** Opens image data sets by address: {@code bundled:NAME}, a {@code file:} URI or a path, in the IDX format. */
public final class DataSets {
    /** 10,000 handwritten digits, 28x28, 863 to 1,127 a class; part of this library. */
    public static final String BUNDLED_MNIST = "bundled:mnist10k";

    /** The beginning of the addresses of what is part of this library. */
    public static final String BUNDLED = "bundled:";

    private static final Map<String, String> BUNDLED_PREFIXES = Map.of(BUNDLED_MNIST, "mnist10k");

    private DataSets() {}

    /**
     * Reads images and labels.
     *
     * @param images address of the images: [count, height, width] or [count, channels, height, width]
     * @param labels address of the labels: [count]; may be null or empty for a bundled data set
     * @throws IOException naming the file, what was expected and what was found
     */
    public static ImageDataSet open(String images, String labels) throws IOException {
        return open(images, labels, read(images, "images", IdxFile::read));
    }

    /**
     * What {@link #open} would give, for everything but its pixels: they are passed over, and asking for them is an
     * {@link IllegalStateException}.
     *
     * @throws IOException as {@link #open}
     */
    public static ImageDataSet openWithoutPixels(String images, String labels) throws IOException {
        return open(images, labels, read(images, "images", IdxFile::measure));
    }

    private static ImageDataSet open(String images, String labels, IdxFile pixels) throws IOException {
        IdxFile classes = read(labels == null || labels.isBlank() ? images : labels, "labels", IdxFile::read);
        int[] shape = pixels.shape();
        if (shape.length < 3) {
            throw new IOException(images + ": images need 3 or 4 dimensions, the file has " + shape.length
                    + "; are images and labels swapped?");
        }
        if (classes.shape().length != 1) {
            throw new IOException(labels + ": labels need 1 dimension, the file has " + classes.shape().length);
        }
        if (classes.shape()[0] != shape[0]) {
            throw new IOException(images + " has " + shape[0] + " images, but " + labels + " has " + classes.shape()[0]
                    + " labels; both files must come from the same set");
        }
        int[] values = new int[shape[0]];
        for (int i = 0; i < values.length; i++) {
            values[i] = classes.data()[i] & 0xff;
        }
        int channels = shape.length == 4 ? shape[1] : 1;
        int height = shape[shape.length - 2];
        int width = shape[shape.length - 1];
        return pixels.data().length == 0 && values.length > 0
                ? ImageDataSet.withoutPixels(values, Map.of(), channels, height, width)
                : new ImageDataSet(pixels.data(), values, channels, height, width);
    }

    private interface Reading {
        IdxFile read(String name, InputStream in) throws IOException;
    }

    private static IdxFile read(String address, String kind, Reading reading) throws IOException {
        try (InputStream in =
                address.startsWith(BUNDLED) ? bundled(address, kind) : Files.newInputStream(path(address))) {
            return reading.read(address, in);
        } catch (NoSuchFileException e) {
            throw new FileNotFoundException(address + ": no such file for the " + kind);
        }
    }

    private static InputStream bundled(String address, String kind) throws IOException {
        String prefix = BUNDLED_PREFIXES.get(address);
        if (prefix == null) {
            throw new FileNotFoundException(
                    address + ": no such bundled data set; there is " + BUNDLED_PREFIXES.keySet());
        }
        String suffix = kind.equals("images") ? "-images-idx3-ubyte.gz" : "-labels-idx1-ubyte.gz";
        InputStream in = DataSets.class.getResourceAsStream("/io/saddle/diffusion/data/" + prefix + suffix);
        if (in == null) {
            throw new FileNotFoundException(address + ": its files are missing from the library's jar");
        }
        return in;
    }

    private static Path path(String address) {
        return address.startsWith("file:") ? Path.of(URI.create(address)) : Path.of(address);
    }
}
