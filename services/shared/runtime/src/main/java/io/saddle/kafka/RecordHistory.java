package io.saddle.kafka;

import io.saddle.topic.Topic;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import org.apache.avro.specific.SpecificRecord;

/**
 * The committed records of a partition, from its beginning to the end that it has at the call. Records that cannot be read are
 * passed over: they never had an effect.
 */
public interface RecordHistory {

    /** The newest one. */
    <T extends SpecificRecord> Optional<T> newest(Topic<T> topic, int partition);

    /** Each one, in order. */
    <T extends SpecificRecord> void forEach(Topic<T> topic, int partition, Consumer<T> action);

    /** The keys whose newest record has no value: what stands before it, until that is compacted, is wanted no more. */
    Set<String> deleted(Topic<?> topic, int partition);
}
