package io.saddle.run.spec;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/** The U-Net's own consistency, as far as it shows without building it. */
final class UNetRules {

    private UNetRules() {}

    static List<Problem> problems(JsonNode unet, String path) {
        List<Problem> problems = new ArrayList<>();
        JsonNode channels = unet.path("block_out_channels");
        int levels = channels.size();
        int down = unet.path("down_block_types").size();
        int up = unet.path("up_block_types").size();
        if (levels > 0 && down > 0 && up > 0 && (down != levels || up != levels)) {
            problems.add(new Problem(
                    path,
                    "down_block_types (" + down + "), up_block_types (" + up + ") and block_out_channels (" + levels
                            + ") must have the same length; the defaults have 3"));
        }
        sizes(unet.path("sample_size"), 1 << Math.max(0, Math.min(30, levels - 1)), path, problems);
        groups(channels, unet.path("norm_num_groups"), path, problems);
        return problems;
    }

    /** One side or both. */
    private static void sizes(JsonNode size, int factor, String path, List<Problem> problems) {
        for (JsonNode side : size.isArray() ? size : List.of(size)) {
            if (side.canConvertToInt() && side.intValue() % factor != 0) {
                problems.add(new Problem(
                        path + ".sample_size", "must be a multiple of " + factor + " (2^(levels - 1)), was " + size));
                return;
            }
        }
    }

    private static void groups(JsonNode channels, JsonNode groups, String path, List<Problem> problems) {
        if (!groups.canConvertToInt() || groups.intValue() < 1) {
            return;
        }
        Set<Integer> odd = new LinkedHashSet<>();
        for (JsonNode level : channels) {
            if (level.canConvertToInt() && level.intValue() % groups.intValue() != 0) {
                odd.add(level.intValue());
            }
        }
        for (int level : odd) {
            problems.add(new Problem(
                    path + ".block_out_channels", level + " is not a multiple of norm_num_groups (" + groups + ")"));
        }
    }
}
