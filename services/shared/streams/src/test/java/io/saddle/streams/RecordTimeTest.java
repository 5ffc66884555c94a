package io.saddle.streams;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.Optional;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.apache.kafka.common.record.TimestampType;
import org.junit.jupiter.api.Test;

class RecordTimeTest {

    private static long of(long timestamp) {
        ConsumerRecord<Object, Object> record = new ConsumerRecord<>(
                "t",
                0,
                0,
                timestamp,
                TimestampType.CREATE_TIME,
                0,
                0,
                "key",
                "value",
                new RecordHeaders(),
                Optional.empty());
        return new RecordTime().extract(record, 99);
    }

    /** Kafka Streams failed on the second of these before it was given to anybody, and again when it was read anew. */
    @Test
    void aRecordWithoutATimeIsOfTheBeginningOfTime() {
        assertEquals(1234, of(1234));
        assertEquals(0, of(ConsumerRecord.NO_TIMESTAMP));
    }
}
