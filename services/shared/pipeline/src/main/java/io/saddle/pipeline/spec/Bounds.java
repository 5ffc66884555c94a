package io.saddle.pipeline.spec;

import java.nio.charset.StandardCharsets;
import java.util.Map;

/** Bounds of what is said and made of executions: Kafka takes no record of more than 1 MiB, and all of an execution stands in one. */
public final class Bounds {

    /** Characters of a step's message, and of an execution's. */
    public static final int MESSAGE = 4_000;

    /** Characters of the reason of a decision, which stands in a step's message. */
    public static final int REASON = 2_000;

    /** Bytes of a definition as JSON: half of the room is left for its steps. */
    public static final int DEFINITION = 384 << 10;

    /** Bytes of what one task is told. */
    public static final int PARAMETERS = 512 << 10;

    private static final int BRIEF_MESSAGE = 200;
    private static final int LARGEST_OUTPUTS = 64 << 10;
    private static final int SMALLEST_OUTPUTS = 1 << 10;
    private static final int ALL_OUTPUTS = 512 << 10;
    private static final String CUT = "...";

    private Bounds() {}

    /** A message of a step or an execution, the end of one that is too long left out. */
    public static String message(String text) {
        return cut(text, MESSAGE);
    }

    /** Its beginning, where many have to fit. */
    public static String brief(String message) {
        return cut(message, BRIEF_MESSAGE);
    }

    private static String cut(String text, int most) {
        if (text.length() <= most) {
            return text;
        }
        int end = most - CUT.length();
        // Half of a character cannot be written.
        return text.substring(0, Character.isHighSurrogate(text.charAt(end - 1)) ? end - 1 : end) + CUT;
    }

    /** Bytes of what one step may make: an equal part, so that no step takes another one's. */
    public static int outputs(int steps) {
        return Math.max(SMALLEST_OUTPUTS, Math.min(LARGEST_OUTPUTS, ALL_OUTPUTS / steps));
    }

    /** Bytes of outputs as they are written. */
    public static int bytes(Map<String, String> outputs) {
        return outputs.entrySet().stream()
                .mapToInt(output -> bytes(output.getKey()) + bytes(output.getValue()))
                .sum();
    }

    /** Bytes of a text as it is written. */
    public static int bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8).length;
    }
}
