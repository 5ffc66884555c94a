package io.saddle.console.audit;

import io.saddle.kafka.TopicPlaces;
import java.util.HashMap;
import java.util.Map;
import org.apache.kafka.streams.state.KeyValueStore;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * How far the chain tells of each topic, kept in the transaction of the entries. The offsets of the consumer group say so too, but Kafka
 * forgets them when nobody was in the group for a week, and then the topics come again from their beginnings.
 *
 * <p>An offset is one of a log, and a topic that was made again has another: Kafka's id of the topic tells them apart, at any length of
 * either and whatever times the records say, which their writers set. A log that lost its end keeps its id, but ends before what was told
 * of, or goes back under its reader. What is kept of a log that is not there any more is dropped, and all that comes is told of: an entry
 * that comes twice can be seen, one that is missing cannot. So it is where Kafka has no ids, and where an earlier release kept nothing.
 */
final class ToldOffsets {

    /** Asks where a topic is now, the partition of the chain alone. */
    @FunctionalInterface
    interface Places {
        TopicPlaces of(String topic, int partition);
    }

    private static final Logger LOG = LoggerFactory.getLogger(ToldOffsets.class);
    private static final String KEY = "told ";

    /**
     * The newest record that was told of.
     *
     * @param topicId of its log
     */
    private record Told(String topicId, long offset) {
        static Told of(String text) {
            int space = text.indexOf(' ');
            return new Told(text.substring(0, space), Long.parseLong(text.substring(space + 1)));
        }

        @Override
        public String toString() {
            return topicId + " " + offset;
        }
    }

    private final KeyValueStore<String, String> store;
    private final Places places;
    private final int partition;
    private final Map<String, String> ids = new HashMap<>();
    private final Map<String, Long> read = new HashMap<>();

    /** @param store of those of one partition; others may keep something in it under topics' names and single words */
    ToldOffsets(KeyValueStore<String, String> store, Places places, int partition) {
        this.store = store;
        this.places = places;
        this.partition = partition;
    }

    /** Takes the next record that is read of a topic; false if the chain tells of it already. */
    boolean isNew(String topic, long offset) {
        Long before = read.put(topic, offset);
        boolean goesBack = before != null && offset <= before;
        if (before == null || goesBack) {
            // Not at the start for all of them: a topic may be made again until its first record comes.
            look(topic, goesBack);
        }
        String kept = store.get(KEY + topic);
        if (kept != null && offset <= Told.of(kept).offset()) {
            return false;
        }
        String id = ids.get(topic);
        if (id != null) {
            store.put(KEY + topic, new Told(id, offset).toString());
        }
        return true;
    }

    private void look(String topic, boolean goesBack) {
        TopicPlaces now = places.of(topic, partition);
        String id = now.ids().get(topic);
        ids.put(topic, id);
        String kept = store.get(KEY + topic);
        if (kept == null) {
            return;
        }
        Told told = Told.of(kept);
        if (goesBack || !told.topicId().equals(id) || now.ends().get(topic) <= told.offset()) {
            LOG.warn(
                    "partition {} of {} is not the log any more that was told of up to offset {}: all that comes is told of",
                    partition,
                    topic,
                    told.offset());
            store.delete(KEY + topic);
        }
    }
}
