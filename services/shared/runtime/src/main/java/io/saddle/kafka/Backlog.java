package io.saddle.kafka;

import java.util.Comparator;
import java.util.Map;
import java.util.Optional;
import java.util.function.ToLongFunction;
import java.util.stream.Collectors;
import org.apache.kafka.common.TopicPartition;

/**
 * The part that a reader has not read yet of what stood on its topics when it began. Pure.
 *
 * @param offsets their number: as many records, or fewer
 * @param places each partition with where the reader stands and where it has to come, for a person
 */
public record Backlog(long offsets, String places) {

    /**
     * @param ends where the reader has to come
     * @param position where it stands
     * @return empty if nothing is left
     */
    static Optional<Backlog> of(Map<TopicPartition, Long> ends, ToLongFunction<TopicPartition> position) {
        long left = ends.entrySet().stream()
                .mapToLong(end -> Math.max(0, end.getValue() - position.applyAsLong(end.getKey())))
                .sum();
        return left == 0 ? Optional.empty() : Optional.of(new Backlog(left, places(ends, position)));
    }

    private static String places(Map<TopicPartition, Long> ends, ToLongFunction<TopicPartition> position) {
        return ends.entrySet().stream()
                .filter(end -> position.applyAsLong(end.getKey()) < end.getValue())
                .sorted(Comparator.comparing(end -> end.getKey().toString()))
                .map(end -> end.getKey() + " at " + position.applyAsLong(end.getKey()) + " of " + end.getValue())
                .collect(Collectors.joining(", "));
    }
}
