package io.saddle.dualupdater;

import io.saddle.kafka.RecordHistory;
import io.saddle.topic.Topic;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import org.apache.avro.specific.SpecificRecord;

/** A past that takes until the gate is opened to read. */
final class GatedPast implements RecordHistory {

    private final RecordHistory records;
    private final CountDownLatch gate = new CountDownLatch(1);
    private final List<Integer> begun = new CopyOnWriteArrayList<>();
    private final AtomicInteger interrupted = new AtomicInteger();

    GatedPast(RecordHistory records) {
        this.records = records;
    }

    void open() {
        gate.countDown();
    }

    /** The partitions whose reading was begun, in order; one of which it was begun again is there again. */
    List<Integer> begun() {
        return begun;
    }

    /** Readings that were told to end. */
    int interrupted() {
        return interrupted.get();
    }

    @Override
    public <T extends SpecificRecord> Optional<T> newest(Topic<T> topic, int partition) {
        begun.add(partition);
        try {
            gate.await();
        } catch (InterruptedException e) {
            interrupted.incrementAndGet();
            throw new IllegalStateException(e);
        }
        return records.newest(topic, partition);
    }

    @Override
    public <T extends SpecificRecord> void forEach(Topic<T> topic, int partition, Consumer<T> action) {
        records.forEach(topic, partition, action);
    }

    @Override
    public Set<String> deleted(Topic<?> topic, int partition) {
        return records.deleted(topic, partition);
    }
}
