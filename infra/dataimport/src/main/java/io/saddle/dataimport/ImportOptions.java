package io.saddle.dataimport;

import io.saddle.dataimport.picture.Resampling;
import java.nio.file.Path;

/**
 * How a source is imported.
 *
 * @param name of the data set
 * @param attributes a table of values; null: what the source itself has
 * @param size height and width of the images; null: that of the pictures, if all have the same
 * @param channels 1 or 3; null: 3 if any of the first pictures has colours
 * @param filter for what is resized
 * @param background 0..255: what shows through transparent pixels
 * @param maxBad the largest share of pictures, 0..1, that may be left out because they cannot be read
 * @param threads that decode
 * @param holdOut the share of each class, above 0 and below 1, that a column {@code split} calls test; null: no such column is made
 */
public record ImportOptions(
        String name,
        Path attributes,
        Integer size,
        Integer channels,
        Resampling filter,
        int background,
        double maxBad,
        int threads,
        Double holdOut) {

    /** The largest height and width. */
    public static final int MOST_SIZE = 4096;

    /** Those of an import of which nothing is said but the name. */
    public static ImportOptions defaults(String name) {
        return new ImportOptions(
                name,
                null,
                null,
                null,
                Resampling.LANCZOS,
                255,
                0.01,
                Runtime.getRuntime().availableProcessors(),
                null);
    }

    public ImportOptions {
        requireName(name);
        if (size != null && (size < 1 || size > MOST_SIZE)) {
            throw new IllegalArgumentException("a size is 1 to " + MOST_SIZE + " pixels, not " + size);
        }
        if (channels != null && channels != 1 && channels != 3) {
            throw new IllegalArgumentException("images have 1 or 3 channels, not " + channels);
        }
        if (!(maxBad >= 0 && maxBad <= 1)) {
            throw new IllegalArgumentException("a share of bad pictures is 0 to 1, not " + maxBad);
        }
        if (holdOut != null && !(holdOut > 0 && holdOut < 1)) {
            throw new IllegalArgumentException(
                    "the share that is held out is above 0 and below 1, 0.2 for a fifth, not " + holdOut);
        }
    }

    /** @throws IllegalArgumentException unless a data set can be called so */
    public static void requireName(String name) {
        if (!name.matches("[A-Za-z0-9][A-Za-z0-9._-]{0,63}")) {
            throw new IllegalArgumentException(
                    "a data set's name is letters, digits, '.', '_' and '-', at most 64, and begins with a letter or digit; not '"
                            + name + "'");
        }
    }
}
