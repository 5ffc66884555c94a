package io.saddle.primaltrainer.loop;

import io.saddle.kafka.TopicPlaces;
import io.saddle.primaltrainer.checkpoint.ReadPosition;
import io.saddle.topic.Topic;
import java.util.Map;
import java.util.Optional;

/**
 * Where the reading of others' records begins. Pure.
 *
 * @param offsets by topic; of one that is missing everything is read
 * @param past what the records before came to
 * @param topicIds what Kafka knows the topics by, by name; empty if it does not say
 */
record ReadingStart(Map<String, Long> offsets, ReadPosition.Past past, Map<String, String> topicIds) {

    /**
     * Where the checkpoint says, if it is of the same topics; of a run without one where the records are that may be of it, which there are
     * where a backup was made while it began; else at their beginnings.
     *
     * @param kept the checkpoint's
     * @param now empty if the cluster does not say
     */
    static ReadingStart of(ReadPosition kept, Optional<TopicPlaces> now) {
        Map<String, String> ids = now.map(TopicPlaces::ids).orElse(Map.of());
        if (now.isPresent() && kept.isNew()) {
            return new ReadingStart(now.get().since(), ReadPosition.Past.NOTHING, ids);
        }
        boolean same = kept.past() != null
                && !ids.isEmpty()
                && ids.equals(kept.topicIds())
                && isWithin(kept.offsets(), now.get().ends());
        return same
                ? new ReadingStart(kept.offsets(), kept.past(), ids)
                : new ReadingStart(Map.of(), ReadPosition.Past.NOTHING, ids);
    }

    /** False for a topic that has lost its end. */
    private static boolean isWithin(Map<String, Long> offsets, Map<String, Long> ends) {
        return offsets.entrySet().stream()
                .allMatch(offset -> offset.getValue() <= ends.getOrDefault(offset.getKey(), Long.MAX_VALUE));
    }

    long of(Topic<?> topic) {
        return offsets.getOrDefault(topic.name(), 0L);
    }

    /** What a checkpoint keeps of a later position: its past counts for nothing where nobody can tell of which topics it is. */
    ReadPosition position(Map<String, Long> read, ReadPosition.Past soFar) {
        return new ReadPosition(read, topicIds, topicIds.isEmpty() ? null : soFar);
    }
}
