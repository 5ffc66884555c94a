package io.saddle.diffusion.data;

import io.saddle.diffusion.random.RandomStreams;
import java.util.Collections;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.IntStream;

/**
 * Which part of every class belongs to a data set: how imbalanced sets and minority classes are cut out of a balanced one.
 * The choice is random but fixed by the seed, and nested: a larger amount of a class contains every smaller one.
 *
 * @param perClass the amount of each class named
 * @param others the amount of every class that is not named
 */
public record ClassSelection(Map<Integer, Amount> perClass, Amount others) {

    /** Part of one class that is taken. */
    public sealed interface Amount {
        /** Every image. */
        record All() implements Amount {}

        /** The amount that a count or a fraction stands for; all where both are null. */
        static Amount of(Integer count, Double fraction) {
            if (count != null) {
                return new Count(count);
            }
            return fraction == null ? new All() : new Fraction(fraction);
        }

        /**
         * So many of those that there are.
         *
         * @throws IllegalArgumentException if there are too few
         */
        default int images(int available) {
            if (this instanceof Count count) {
                if (count.images() > available) {
                    throw new IllegalArgumentException("has " + available + " images, " + count.images()
                            + " were asked for; take at most " + available);
                }
                return count.images();
            }
            return this instanceof Fraction fraction ? (int) Math.round(fraction.part() * available) : available;
        }

        /** Exactly so many images. */
        record Count(int images) implements Amount {
            public Count {
                if (images < 0) {
                    throw new IllegalArgumentException("a count of images must be >= 0, was " + images);
                }
            }
        }

        /** This part of the class's images, rounded to the nearest whole image. */
        record Fraction(double part) implements Amount {
            public Fraction {
                if (!(part >= 0 && part <= 1)) {
                    throw new IllegalArgumentException("a fraction of a class must be within 0..1, was " + part);
                }
            }
        }
    }

    public ClassSelection {
        perClass = Map.copyOf(perClass);
    }

    /** Every image of every class. */
    public static ClassSelection all() {
        return new ClassSelection(Map.of(), new Amount.All());
    }

    /**
     * As many images of each class as the rarest has.
     *
     * @param counts images by class, at least one class
     */
    public static ClassSelection balanced(Map<Integer, Integer> counts) {
        return new ClassSelection(Map.of(), new Amount.Count(Collections.min(counts.values())));
    }

    /** Every image of these classes and nothing of the others. */
    public static ClassSelection only(int... labels) {
        Map<Integer, Amount> amounts = new TreeMap<>();
        for (int label : labels) {
            amounts.put(label, new Amount.All());
        }
        return new ClassSelection(amounts, new Amount.Count(0));
    }

    /** This selection with another amount for one class. */
    public ClassSelection with(int label, Amount amount) {
        Map<Integer, Amount> amounts = new TreeMap<>(perClass);
        amounts.put(label, amount);
        return new ClassSelection(amounts, others);
    }

    /**
     * Cuts the selection out of {@code data}; the images keep their order.
     *
     * @throws IllegalArgumentException if a class does not exist, has too few images, or if nothing is left
     */
    public ImageDataSet from(ImageDataSet data, long seed) {
        SortedMap<Integer, Integer> existing = data.classCounts();
        for (Integer label : new TreeMap<>(perClass).keySet()) {
            if (!existing.containsKey(label)) {
                throw new IllegalArgumentException(
                        "class " + label + " does not exist in the data; its classes are " + existing.keySet());
            }
        }
        boolean[] chosen = new boolean[data.count()];
        int total = 0;
        for (Map.Entry<Integer, Integer> entry : existing.entrySet()) {
            int label = entry.getKey();
            int wanted = images(label, entry.getValue());
            int[] positions = IntStream.range(0, data.count())
                    .filter(i -> data.label(i) == label)
                    .toArray();
            int[] order = new RandomStreams(seed).permutation(positions.length, "class-selection", label);
            for (int i = 0; i < wanted; i++) {
                chosen[positions[order[i]]] = true;
            }
            total += wanted;
        }
        if (total == 0) {
            throw new IllegalArgumentException(
                    "the class selection leaves no image; the data has " + existing + " (class = images)");
        }
        return data.select(
                IntStream.range(0, chosen.length).filter(i -> chosen[i]).toArray());
    }

    private int images(int label, int available) {
        try {
            return perClass.getOrDefault(label, others).images(available);
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException("class " + label + " " + e.getMessage(), e);
        }
    }
}
