package io.saddle.diffusion.data;

import java.util.Objects;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * Images of one shape, [channels, height, width], with one class label each. Immutable: arrays handed in belong to the data set from
 * then on. Selections share the images of the data set that they are of.
 */
public final class ImageDataSet {

    /** The images, wherever they lie. Safe for use by several threads. */
    @FunctionalInterface
    public interface Pixels {
        /** Writes image {@code index}, scaled from 0..255 to -1..1, into {@code target} from {@code offset} on. */
        void scaled(int index, float[] target, int offset);
    }

    private static final float TO_UNIT = 1f / 127.5f;

    private final Pixels pixels;
    /** Of each image the place among {@code pixels}; null: its own. */
    private final int[] places;

    private final int[] labels;
    private final int channels;
    private final int height;
    private final int width;

    /**
     * Images on the heap.
     *
     * @param pixels unsigned bytes, [labels, channels, height, width] in row-major order
     * @throws IllegalArgumentException if the number of pixels is not labels x channels x height x width
     */
    public ImageDataSet(byte[] pixels, int[] labels, int channels, int height, int width) {
        this(onHeap(pixels, channels * height * width), null, labels, channels, height, width);
        if (pixels.length != (long) labels.length * imageSize()) {
            throw new IllegalArgumentException(labels.length + " labels need " + (long) labels.length * imageSize()
                    + " bytes of " + channels + "x" + height + "x" + width + " images, not " + pixels.length);
        }
    }

    /** Images that lie elsewhere, as many as there are labels. */
    public ImageDataSet(Pixels pixels, int[] labels, int channels, int height, int width) {
        this(pixels, null, labels, channels, height, width);
    }

    private ImageDataSet(Pixels pixels, int[] places, int[] labels, int channels, int height, int width) {
        this.pixels = Objects.requireNonNull(pixels, "pixels");
        this.places = places;
        this.labels = Objects.requireNonNull(labels, "labels");
        this.channels = channels;
        this.height = height;
        this.width = width;
        if (channels < 1 || height < 1 || width < 1) {
            throw new IllegalArgumentException("an image needs at least one channel, row and column, not " + channels
                    + "x" + height + "x" + width);
        }
    }

    private static Pixels onHeap(byte[] pixels, int size) {
        Objects.requireNonNull(pixels, "pixels");
        return (index, target, offset) -> {
            int from = index * size;
            for (int i = 0; i < size; i++) {
                target[offset + i] = scaled(pixels[from + i]);
            }
        };
    }

    /** A level of 0..255 as -1..1. */
    public static float scaled(byte level) {
        return (level & 0xff) * TO_UNIT - 1f;
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
        pixels.scaled(places == null ? index : places[index], target, offset);
    }

    /** The images at these positions, in this order. */
    public ImageDataSet select(int[] indices) {
        int[] chosen = new int[indices.length];
        int[] chosenLabels = new int[indices.length];
        for (int i = 0; i < indices.length; i++) {
            chosen[i] = places == null ? indices[i] : places[indices[i]];
            chosenLabels[i] = labels[indices[i]];
        }
        return new ImageDataSet(pixels, chosen, chosenLabels, channels, height, width);
    }
}
