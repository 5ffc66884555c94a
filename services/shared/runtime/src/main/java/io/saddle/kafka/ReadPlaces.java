package io.saddle.kafka;

import java.util.HashMap;
import java.util.Map;
import org.apache.kafka.common.TopicPartition;

/** How far a reader has come on each partition, over all of its beginnings. Pure; not thread-safe. */
final class ReadPlaces {

    /** Behind the farthest record that was handed on. */
    private final Map<TopicPartition, Long> handedOn = new HashMap<>();
    /** Behind the last record of which nothing is left to be done, be it that it is kept as one that was rejected. */
    private final Map<TopicPartition, Long> done = new HashMap<>();
    /** Of the topics whose offsets those are, by name. */
    private Map<String, String> topicIds = Map.of();

    /**
     * Told of each beginning. Of a topic that was made anew, or restored, nothing was done yet, for its offsets are others; what stands on
     * it is no news.
     *
     * @param ids of the topics now, by name
     * @param ends of the partitions now
     */
    void begin(Map<String, String> ids, Map<TopicPartition, Long> ends) {
        done.keySet().removeIf(partition -> isAnother(partition, ids));
        handedOn.replaceAll((partition, offset) -> isAnother(partition, ids) ? ends.get(partition) : offset);
        topicIds = ids;
    }

    private boolean isAnother(TopicPartition partition, Map<String, String> ids) {
        return !ids.get(partition.topic()).equals(topicIds.get(partition.topic()));
    }

    /** Where to begin on a partition; {@code otherwise} where nothing was done yet. */
    long beginning(TopicPartition partition, long otherwise) {
        return done.getOrDefault(partition, otherwise);
    }

    /** False if the record was handed on before. */
    boolean isNew(TopicPartition partition, long offset) {
        return offset >= handedOn.getOrDefault(partition, 0L);
    }

    /** A record that a handler took, or that is being rejected. */
    void handedOn(TopicPartition partition, long offset) {
        handedOn.merge(partition, offset + 1, Math::max);
    }

    /** @param behind the last records of which nothing is left to be done */
    void done(Map<TopicPartition, Long> behind) {
        done.putAll(behind);
    }
}
