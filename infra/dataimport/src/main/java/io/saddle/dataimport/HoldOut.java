package io.saddle.dataimport;

import io.saddle.dataimport.source.SourceException;
import io.saddle.dataimport.source.SourcePicture;
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

    /** @param share of each class that is held out, between 0 and 1 */
    HoldOut(double share) {
        this.share = share;
    }

    /** The values of the next picture with its side. */
    Map<String, String> divided(Map<String, String> values) {
        long number = seen.merge(values.getOrDefault(Column.CLASS, values.get(Column.LABEL)), 1L, Long::sum);
        boolean test = held(number) > held(number - 1);
        Map<String, String> divided = new LinkedHashMap<>(values);
        divided.put(Column.SPLIT, test ? TEST : TRAIN);
        return divided;
    }

    private long held(long pictures) {
        return Math.round(pictures * share);
    }

    /** Whether both sides have pictures. */
    boolean hasBothSides() {
        return seen.values().stream().anyMatch(pictures -> held(pictures) > 0)
                && seen.values().stream().anyMatch(pictures -> held(pictures) < pictures);
    }

    /**
     * Looks whether a picture's source is divided already.
     *
     * @throws SourceException if it is called anything but {@value #TRAIN}
     */
    static void requireUndivided(SourcePicture picture) throws SourceException {
        String side = picture.values().get(Column.SPLIT);
        if (side != null && !side.equals(TRAIN)) {
            throw new SourceException(
                    picture.name() + " is called " + side + " by the source, which so has a split of its own: leave"
                            + " --hold-out away, and tell its parts apart by where: {" + Column.SPLIT + ": ...}");
        }
    }
}
