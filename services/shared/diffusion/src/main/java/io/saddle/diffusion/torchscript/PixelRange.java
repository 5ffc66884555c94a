package io.saddle.diffusion.torchscript;

import ai.djl.ndarray.NDArray;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The values that black and white have in a network that does not use -1 and 1. */
public record PixelRange(double black, double white) {
    private static final Pattern TEXT = Pattern.compile("(-?\\d+(?:\\.\\d+)?)\\.\\.(-?\\d+(?:\\.\\d+)?)(?:[^\\w.].*)?");

    /**
     * A range as {@code 0..1} or {@code -1..1}; words about it may follow.
     *
     * @throws IllegalArgumentException for another text, or an empty range
     */
    public static PixelRange parse(String text) {
        Matcher matcher = TEXT.matcher(text);
        if (!matcher.matches()) {
            throw new IllegalArgumentException("must be two numbers, as 0..1 or -1..1, was " + text);
        }
        PixelRange range = new PixelRange(Double.parseDouble(matcher.group(1)), Double.parseDouble(matcher.group(2)));
        if (range.black >= range.white) {
            throw new IllegalArgumentException("must go from a number to a larger one, was " + text);
        }
        return range;
    }

    /** Pixels -1..1 in this range; a new array. */
    public NDArray to(NDArray pixels) {
        return pixels.add(1).muli((white - black) / 2).addi(black);
    }

    /** Pixels of this range in -1..1; a new array. */
    public NDArray from(NDArray pixels) {
        return pixels.sub(black).muli(2 / (white - black)).subi(1);
    }
}
