package io.saddle.dataimport;

import io.saddle.dataset.Column;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * A division into what is trained on and what is not, for a source that has none: a column {@value Column#SPLIT} of {@value #TRAIN} and
 * {@value #TEST}. It is even in each class, so that rare ones have their share too, and draws nothing: of the first {@code n} pictures
 * of a class {@code round(n * share)} are held out, so that pictures that come behind them later change nothing.
 */
final class HoldOut {

    static final String TRAIN = "train";
    static final String TEST = "test";

    private final double share;
    /** Pictures so far, by class; null: those of none. */
    private final Map<String, Long> seen = new HashMap<>();

    private long held;
    private long all;

    /** @param share of each class that is held out, between 0 and 1 */
    HoldOut(double share) {
        this.share = share;
    }

    /** The values of the next picture with its side. */
    Map<String, String> divided(Map<String, String> values) {
        long number = seen.merge(values.getOrDefault(Column.CLASS, values.get(Column.LABEL)), 1L, Long::sum);
        boolean test = Math.round(number * share) > Math.round((number - 1) * share);
        all++;
        if (test) {
            held++;
        }
        Map<String, String> divided = new LinkedHashMap<>(values);
        divided.put(Column.SPLIT, test ? TEST : TRAIN);
        return divided;
    }

    /** Whether both sides have pictures. */
    boolean hasBothSides() {
        return held > 0 && held < all;
    }
}
