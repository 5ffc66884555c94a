package io.saddle.kafka;

import io.saddle.topic.Topic;
import java.util.function.Consumer;

/** The committed records of a partition as they stand there, from its beginning to the end that it has at the call. */
@FunctionalInterface
public interface ValueHistory {

    /**
     * The value of each one, in order; tombstones are left out.
     *
     * @return the offset of that end
     */
    long forEachValue(Topic<?> topic, int partition, Consumer<byte[]> action);
}
