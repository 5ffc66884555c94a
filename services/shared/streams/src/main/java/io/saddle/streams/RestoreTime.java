package io.saddle.streams;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.streams.processor.StateRestoreListener;

/** The time that the state store took to come back from its changelog, and the number of records. */
final class RestoreTime implements StateRestoreListener {

    private final Timer timer;
    private final Counter records;
    private final Map<TopicPartition, Long> begun = new ConcurrentHashMap<>();

    RestoreTime(MeterRegistry meters, String prefix) {
        this.timer = meters.timer(prefix + ".store.restore");
        this.records = meters.counter(prefix + ".store.restored.records");
    }

    @Override
    public void onRestoreStart(TopicPartition changelog, String store, long from, long to) {
        begun.put(changelog, System.nanoTime());
    }

    @Override
    public void onBatchRestored(TopicPartition changelog, String store, long end, long count) {
        records.increment(count);
    }

    @Override
    public void onRestoreEnd(TopicPartition changelog, String store, long count) {
        Long since = begun.remove(changelog);
        if (since != null) {
            timer.record(System.nanoTime() - since, TimeUnit.NANOSECONDS);
        }
    }

    @Override
    public void onRestoreSuspended(TopicPartition changelog, String store, long count) {
        begun.remove(changelog);
    }
}
