package io.saddle.diffusion.data;

import java.util.Map;
import java.util.Objects;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.IntStream;

/**
 * Images, or latents of images, of one shape, [channels, height, width], with one class label each. Immutable: arrays handed in belong to the data set from
 * then on. Selections share the images of the data set that they are of.
 */
public final class ImageDataSet {

    /** The images, wherever they lie. Safe for use by several threads. */
    @FunctionalInterface
    public interface Pixels {
        /**
         * Writes image {@code index} into {@code target} from {@code offset} on: pixels scaled from 0..255 to -1..1, latents as they
         * are, of distributions the means.
         */
        void scaled(int index, float[] target, int offset);

        /** True if an image is a normal distribution for each of its values. */
        default boolean areDistributions() {
            return false;
        }

        /** Adds the standard deviations of image {@code index}, each times the noise at the same place, to its means. */
        default void draw(int index, float[] means, float[] noise, int offset) {
            throw new UnsupportedOperationException("these images are no distributions");
        }

        /** True if reading an image may take a wait for a disk. */
        default boolean areOnDisk() {
            return false;
        }

        /** Waits for image {@code index}, so that whoever reads it next does not. */
        default void load(int index) {}
    }

    private record Means(Pixels of) implements Pixels {
        @Override
        public void scaled(int index, float[] target, int offset) {
            of.scaled(index, target, offset);
        }

        @Override
        public boolean areOnDisk() {
            return of.areOnDisk();
        }

        @Override
        public void load(int index) {
            of.load(index);
        }
    }

    /** The label of an image that has no class. */
    public static final int NO_CLASS = -1;

    private static final float TO_UNIT = 1f / 127.5f;

    private final Pixels pixels;
    /** Of each image the place among {@code pixels}; null: its own. */
    private final int[] places;

    private final int[] labels;
    /** By label what a class is called, where that is something else. */
    private final Map<Integer, String> classNames;

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
        this(onHeap(pixels, channels * height * width), null, labels, Map.of(), channels, height, width);
        if (pixels.length != (long) labels.length * imageSize()) {
            throw new IllegalArgumentException(labels.length + " labels need " + (long) labels.length * imageSize()
                    + " bytes of " + channels + "x" + height + "x" + width + " images, not " + pixels.length);
        }
    }

    /**
     * Images that lie elsewhere, as many as there are labels.
     *
     * @param labels of each image, or {@link #NO_CLASS}
     * @param classNames by label what a class is called; those that are missing are called by their label
     */
    public ImageDataSet(
            Pixels pixels, int[] labels, Map<Integer, String> classNames, int channels, int height, int width) {
        this(pixels, null, labels, Map.copyOf(classNames), channels, height, width);
    }

    private ImageDataSet(
            Pixels pixels,
            int[] places,
            int[] labels,
            Map<Integer, String> classNames,
            int channels,
            int height,
            int width) {
        this.pixels = Objects.requireNonNull(pixels, "pixels");
        this.places = places;
        this.labels = Objects.requireNonNull(labels, "labels");
        this.classNames = classNames;
        this.channels = channels;
        this.height = height;
        this.width = width;
        if (channels < 1 || height < 1 || width < 1) {
            throw new IllegalArgumentException("an image needs at least one channel, row and column, not " + channels
                    + "x" + height + "x" + width);
        }
    }

    /** Images of which everything is known but their pixels; asking for them is an {@link IllegalStateException}. */
    public static ImageDataSet withoutPixels(
            int[] labels, Map<Integer, String> classNames, int channels, int height, int width) {
        return new ImageDataSet(
                (index, target, offset) -> {
                    throw new IllegalStateException("these images were opened without their pixels");
                },
                labels,
                classNames,
                channels,
                height,
                width);
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

    /** The class of image {@code index}, or {@link #NO_CLASS}. */
    public int label(int index) {
        return labels[index];
    }

    /** What a class is called. */
    public String className(int label) {
        return classNames.getOrDefault(label, Integer.toString(label));
    }

    /** Number of images in each class that occurs, in the order of the labels. */
    public SortedMap<Integer, Integer> classCounts() {
        SortedMap<Integer, Integer> counts = new TreeMap<>();
        for (int label : labels) {
            if (label != NO_CLASS) {
                counts.merge(label, 1, Integer::sum);
            }
        }
        return counts;
    }

    /** The images that have a class. */
    public ImageDataSet classified() {
        int[] chosen = IntStream.range(0, labels.length)
                .filter(i -> labels[i] != NO_CLASS)
                .toArray();
        return chosen.length == labels.length ? this : select(chosen);
    }

    /** Writes image {@code index} into {@code target} from {@code offset} on, as {@link Pixels#scaled}. */
    public void scaled(int index, float[] target, int offset) {
        pixels.scaled(place(index), target, offset);
    }

    /** True if reading an image may take a wait for a disk. */
    public boolean isOnDisk() {
        return pixels.areOnDisk();
    }

    /** Waits for image {@code index}, so that whoever reads it next does not. */
    public void load(int index) {
        pixels.load(place(index));
    }

    /** True if images are distributions: whoever learns from one draws it with {@link #draw}. */
    public boolean isDrawn() {
        return pixels.areDistributions();
    }

    /**
     * Makes a draw from an image's distribution out of its means.
     *
     * @param means as {@link #scaled} wrote them, from {@code offset} on
     * @param noise standard normal values, from {@code offset} on
     */
    public void draw(int index, float[] means, float[] noise, int offset) {
        pixels.draw(place(index), means, noise, offset);
    }

    /** The same images, of distributions the means alone. */
    public ImageDataSet means() {
        return isDrawn()
                ? new ImageDataSet(new Means(pixels), places, labels, classNames, channels, height, width)
                : this;
    }

    private int place(int index) {
        return places == null ? index : places[index];
    }

    /** Mirrors an image of this shape that lies in {@code target} from {@code offset} on: left becomes right. */
    public void mirror(float[] target, int offset) {
        for (int line = offset; line < offset + imageSize(); line += width) {
            for (int left = line, right = line + width - 1; left < right; left++, right--) {
                float pixel = target[left];
                target[left] = target[right];
                target[right] = pixel;
            }
        }
    }

    /** The images at these positions, in this order. */
    public ImageDataSet select(int[] indices) {
        int[] chosen = new int[indices.length];
        int[] chosenLabels = new int[indices.length];
        for (int i = 0; i < indices.length; i++) {
            chosen[i] = place(indices[i]);
            chosenLabels[i] = labels[indices[i]];
        }
        return new ImageDataSet(pixels, chosen, chosenLabels, classNames, channels, height, width);
    }
}
