package io.saddle.diffusion.data;

import java.util.Objects;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * Images as unsigned bytes, [count, channels, height, width] in row-major order, with one class label each. Immutable: the
 * arrays handed in belong to the data set from then on.
 */
public final class ImageDataSet {
    private static final float TO_UNIT = 1f / 127.5f;

    private final byte[] pixels;
    private final int[] labels;
    private final int channels;
    private final int height;
    private final int width;

    /**
     * @throws IllegalArgumentException if the number of pixels is not labels x channels x height x width
     */
    public ImageDataSet(byte[] pixels, int[] labels, int channels, int height, int width) {
        this.pixels = Objects.requireNonNull(pixels, "pixels");
        this.labels = Objects.requireNonNull(labels, "labels");
        this.channels = channels;
        this.height = height;
        this.width = width;
        if (channels < 1 || height < 1 || width < 1) {
            throw new IllegalArgumentException("an image needs at least one channel, row and column, not " + channels
                    + "x" + height + "x" + width);
        }
        if (pixels.length != (long) labels.length * imageSize()) {
            throw new IllegalArgumentException(labels.length + " labels need " + (long) labels.length * imageSize()
                    + " bytes of " + channels + "x" + height + "x" + width + " images, not " + pixels.length);
        }
    }

    /** Number of images. */
    public int count() {
        return labels.length;
    }

    public int channels() {
        return channels;
    }

    public int height() {
        return height;
    }

    public int width() {
        return width;
    }

    /** Values in one image: channels x height x width. */
    public int imageSize() {
        return channels * height * width;
    }

    /** The class of image {@code index}. */
    public int label(int index) {
        return labels[index];
    }

    /** Number of images in each class that occurs, in the order of the labels. */
    public SortedMap<Integer, Integer> classCounts() {
        SortedMap<Integer, Integer> counts = new TreeMap<>();
        for (int label : labels) {
            counts.merge(label, 1, Integer::sum);
        }
        return counts;
    }

    /** Writes image {@code index}, scaled from 0..255 to -1..1, into {@code target} from {@code offset} on. */
    public void scaled(int index, float[] target, int offset) {
        int size = imageSize();
        int from = index * size;
        for (int i = 0; i < size; i++) {
            target[offset + i] = (pixels[from + i] & 0xff) * TO_UNIT - 1f;
        }
    }

    /** The images at these positions, in this order. */
    public ImageDataSet select(int[] indices) {
        int size = imageSize();
        byte[] chosen = new byte[Math.multiplyExact(indices.length, size)];
        int[] chosenLabels = new int[indices.length];
        for (int i = 0; i < indices.length; i++) {
            System.arraycopy(pixels, indices[i] * size, chosen, i * size, size);
            chosenLabels[i] = labels[indices[i]];
        }
        return new ImageDataSet(chosen, chosenLabels, channels, height, width);
    }
}
