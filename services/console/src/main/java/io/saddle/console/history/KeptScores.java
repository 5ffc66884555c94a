package io.saddle.console.history;

import io.saddle.schema.FidScore;
import java.util.HashSet;
import java.util.List;
import java.util.NavigableMap;
import java.util.Set;
import java.util.TreeMap;

/**
 * The scores of a run's judged models by their steps, in bounded memory: where there are too many, some in between go, but never
 * the first, the newest, and those of the least and the greatest distance. Not thread-safe.
 */
final class KeptScores {

    private static final int MOST = 500;

    private final NavigableMap<Long, FidScore> scores = new TreeMap<>();

    void add(FidScore score) {
        scores.put(score.getStep(), score);
        if (scores.size() > MOST) {
            thin();
        }
    }

    /** The one between the two that lie nearest to each other: what is left is spread evenly. */
    private void thin() {
        Set<Long> stay = new HashSet<>(List.of(extreme(1), extreme(-1)));
        long narrowest = Long.MAX_VALUE;
        Long between = null;
        for (Long step : scores.keySet()) {
            Long before = scores.lowerKey(step);
            Long after = scores.higherKey(step);
            if (before != null && after != null && after - before < narrowest && !stay.contains(step)) {
                narrowest = after - before;
                between = step;
            }
        }
        scores.remove(between);
    }

    /** @param sign 1 for the least distance, -1 for the greatest */
    private long extreme(int sign) {
        return scores.values().stream()
                .min((a, b) -> sign * Double.compare(a.getFid(), b.getFid()))
                .orElseThrow()
                .getStep();
    }

    /** In the order of their steps. */
    List<FidScore> all() {
        return List.copyOf(scores.values());
    }
}
