package io.saddle.kafka;

import java.util.List;
import org.apache.avro.specific.SpecificRecord;

/**
 * The work on the records of a topic, one by one. Told all on one thread.
 *
 * @param <T> the topic's value
 */
public interface RecordHandler<T extends SpecificRecord> {
    /** Told of all that came together, in the order of each partition, before any of it is worked on. */
    default void begin(List<Received<T>> batch) {}

    /** False for a record that asks for no work here: it is passed over, and tells nothing of whether work goes well. */
    default boolean concerns(Received<T> record) {
        return true;
    }

    /**
     * @param record what to work on; never a tombstone
     * @throws RefusedException if it is to be given up at once
     * @throws RetryLaterException if it is to be tried again after a while that the handler knows
     * @throws Exception if the record is to be tried again: a few times where that is the record's fault, without end
     *     where it is that of broker, registry, network or disk
     */
    void handle(Received<T> record) throws Exception;

    /**
     * Told after each try of a record that has failed for a minute by no fault of its own, and is tried on; but not where Kafka is at fault: nobody
     * would hear of it.
     *
     * @throws Exception if nobody could be told
     */
    default void hindered(Received<T> record, Exception why) throws Exception {}

    /**
     * Told of a record that was given up and goes to the dead letters.
     *
     * @throws Exception if that is to be tried again
     */
    void givenUp(Received<T> record, Exception why) throws Exception;
}
