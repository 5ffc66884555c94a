package io.saddle.kafka;

import java.util.Collection;
import java.util.HashMap;
import java.util.Map;
import org.apache.kafka.common.TopicPartition;

/**
 * The places where the work failed and which it is not past yet, by partition: that other partitions get on does not make
 * it well.
 */
final class Hurdles {

    private final Map<TopicPartition, Long> offsets = new HashMap<>();

    /** @param unfinished by partition of the batch that failed the first offset that is not done */
    void failedAt(Map<TopicPartition, Long> unfinished) {
        offsets.putAll(unfinished);
    }

    /** @param done by partition the offset before which all is done now */
    void passed(Map<TopicPartition, Long> done) {
        offsets.entrySet().removeIf(at -> done.getOrDefault(at.getKey(), at.getValue()) > at.getValue());
    }

    /** Nothing is left to do on these. */
    void atTheEndOf(Collection<TopicPartition> partitions) {
        offsets.keySet().removeAll(partitions);
    }

    /** The others are another member's: that one tells how it gets on. */
    void onlyOf(Collection<TopicPartition> partitions) {
        offsets.keySet().retainAll(partitions);
    }

    boolean arePassed() {
        return offsets.isEmpty();
    }
}
