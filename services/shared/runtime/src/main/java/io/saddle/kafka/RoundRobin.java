package io.saddle.kafka;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;

/** The order in which a batch is worked on. */
final class RoundRobin {

    private RoundRobin() {}

    /**
     * The first of each key, then the second of each, and so on: what belongs to one key keeps its order, and a key of which much
     * has come does not keep the others waiting until all of it is done.
     */
    static <T> List<T> of(List<T> batch, Function<T, String> key) {
        Map<String, List<T>> queues = new LinkedHashMap<>();
        batch.forEach(task -> queues.computeIfAbsent(key.apply(task), any -> new ArrayList<>())
                .add(task));
        List<T> turns = new ArrayList<>(batch.size());
        for (int round = 0; turns.size() < batch.size(); round++) {
            for (List<T> queue : queues.values()) {
                if (round < queue.size()) {
                    turns.add(queue.get(round));
                }
            }
        }
        return turns;
    }
}
