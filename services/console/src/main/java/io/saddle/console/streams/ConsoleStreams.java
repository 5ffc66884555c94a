package io.saddle.console.streams;

import io.micrometer.core.instrument.MeterRegistry;
import io.saddle.kafka.KafkaSettings;
import io.saddle.streams.StreamsApplication;

/** A topology of the console, whose stores are in memory. Of several consoles each has some of the partitions. */
public abstract class ConsoleStreams extends StreamsApplication {

    protected ConsoleStreams(
            String id, KafkaSettings kafka, MeterRegistry meters, String meterPrefix, int replicationFactor) {
        super(id, kafka, meters, meterPrefix, null, replicationFactor);
    }

    /** The page and everything else of the console do not wait for it. */
    @Override
    public final boolean isReady() {
        return true;
    }
}
