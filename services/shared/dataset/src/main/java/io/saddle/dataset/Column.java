package io.saddle.dataset;

import com.fasterxml.jackson.annotation.JsonIgnore;
import java.util.List;

/**
 * A column: one value of each image, or none.
 *
 * @param kind what its values are
 * @param values every value that occurs, with the number of images that have it: numbers in their order, else names in theirs.
 *     Empty for {@link Kind#MEASURES}
 * @param missing number of images without a value
 * @param least the smallest number; null where values are names
 * @param most the largest number; null where values are names
 * @param file in the data set's folder: of each image an int, the position in {@code values} or -1; of measures a double, or NaN.
 *     Little-endian
 * @param sha256 of that file, in hexadecimal digits
 */
public record Column(
        String name,
        Kind kind,
        List<Value> values,
        long missing,
        Double least,
        Double most,
        String file,
        String sha256) {

    /** What the values of a column are. */
    public enum Kind {
        /** 0 or 1, whatever the source wrote: -1 and +1, false and true. */
        FLAGS,
        /** Few enough to be listed: classes, names, whole numbers. */
        NAMES,
        /** Numbers too many to be listed. */
        MEASURES
    }

    /**
     * A value that occurs.
     *
     * @param value as text
     * @param count number of images that have it
     */
    public record Value(String value, long count) {}

    /** The name of the column that class folders, labels files and {@code .cls} files fill. */
    public static final String CLASS = "class";

    /** What Hugging Face's data sets call it. */
    public static final String LABEL = "label";

    /** The name of the column that tells what is trained on from what is not: train, val, test. */
    public static final String SPLIT = "split";

    public Column {
        values = List.copyOf(values);
    }

    /** True if its values can be compared with numbers. */
    @JsonIgnore
    public boolean isNumeric() {
        return least != null;
    }

    /**
     * The place of a value among those that are listed.
     *
     * @param value as a person writes it: of flags, true, +1 and 1 are alike
     * @return -1 if no image has it
     */
    public int position(String value) {
        String wanted = kind == Kind.FLAGS ? Flags.canonical(value) : value;
        for (int i = 0; i < values.size(); i++) {
            if (values.get(i).value().equals(wanted)) {
                return i;
            }
        }
        return -1;
    }
}
