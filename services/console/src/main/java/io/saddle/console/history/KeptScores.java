package io.saddle.console.history;

import io.saddle.schema.FidScore;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Set;
import java.util.TreeMap;

/**
 * The scores of a run's judged models by the network that judged and their steps, in bounded memory: where a network's are too many, some
 * in between go, but never the first, the newest, and those of the least and the greatest distance. Of very many networks the first ones go.
 * Not thread-safe.
 */
final class KeptScores {

    private static final int MOST = 500;
    private static final int MOST_NETWORKS = 20;

    private final Map<String, NavigableMap<Long, FidScore>> byNetwork = new LinkedHashMap<>();

    void add(FidScore score) {
        NavigableMap<Long, FidScore> scores =
                byNetwork.computeIfAbsent(score.getFeatureExtractor(), network -> new TreeMap<>());
        scores.put(score.getStep(), score);
        if (byNetwork.size() > MOST_NETWORKS) {
            byNetwork.remove(byNetwork.keySet().iterator().next());
        }
        // One network more leaves the others less room.
        int room = MOST / byNetwork.size();
        for (NavigableMap<Long, FidScore> kept : byNetwork.values()) {
            while (kept.size() > room) {
                thin(kept);
            }
        }
    }

    /** The one between the two that lie nearest to each other: what is left is spread evenly. */
    private static void thin(NavigableMap<Long, FidScore> scores) {
        Set<Long> stay = new HashSet<>(List.of(extreme(scores, 1), extreme(scores, -1)));
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
    private static long extreme(NavigableMap<Long, FidScore> scores, int sign) {
        return scores.values().stream()
                .min((a, b) -> sign * Double.compare(a.getFid(), b.getFid()))
                .orElseThrow()
                .getStep();
    }

    /** In the order of their steps; of a step in the order in which they were judged. */
    List<FidScore> all() {
        return byNetwork.values().stream()
                .map(Map::values)
                .flatMap(Collection::stream)
                .sorted(Comparator.comparing(FidScore::getStep).thenComparing(FidScore::getEvaluatedAt))
                .toList();
    }
}
