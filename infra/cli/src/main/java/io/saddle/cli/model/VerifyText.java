package io.saddle.cli.model;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.saddle.diffusion.evaluation.LargestDifference;
import java.util.Arrays;
import java.util.Locale;

/** Differences from recorded tensors, for people and scripts. */
final class VerifyText {
    private VerifyText() {}

    static String difference(String tensor, LargestDifference largest) {
        return String.format(
                Locale.ROOT,
                "largest absolute difference  %.3e  at %s of %s: %s there, %s computed",
                largest.difference(),
                Arrays.toString(largest.index()),
                tensor,
                largest.expected(),
                largest.computed());
    }

    static void put(ObjectNode json, LargestDifference largest) {
        json.put("largestDifference", finite(largest.difference()));
        ArrayNode index = json.putArray("index");
        Arrays.stream(largest.index()).forEach(index::add);
        json.put("expected", finite(largest.expected()));
        json.put("computed", finite(largest.computed()));
    }

    /** JSON has no NaN and no infinity. */
    static Double finite(double value) {
        return Double.isFinite(value) ? (Double) value : null;
    }
}
