package io.saddle.kafka;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;

import io.saddle.schema.ModelSnapshot;
import io.saddle.topic.Topics;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.junit.jupiter.api.Test;

class RecordWorkTest {

    private static final String TOPIC = Topics.SNAPSHOTS.name();

    private final ConsumerRecord<byte[], byte[]> raw = new ConsumerRecord<>(TOPIC, 0, 7, new byte[0], new byte[0]);
    private final BatchProgress progress =
            new BatchProgress(new ConsumerRecords<>(Map.of(new TopicPartition(TOPIC, 0), List.of(raw)), Map.of()));
    private final WorkWatch watch = new WorkWatch(Duration.ofHours(1), () -> 0);

    /** Each orderly end with a snapshot in hand was an error in the log, and another try that never came. */
    @Test
    void anInterruptionIsTheEndAndNoFailureOfTheRecord() {
        RecordHandler<ModelSnapshot> interrupted = new RecordHandler<>() {
            @Override
            public void handle(Received<ModelSnapshot> record) throws InterruptedException {
                throw new InterruptedException();
            }

            @Override
            public void givenUp(Received<ModelSnapshot> record, Exception why) {}
        };
        RecordWork<ModelSnapshot> work = new RecordWork<>(
                Topics.SNAPSHOTS, "a-group", null, interrupted, watch, Duration.ofHours(1), () -> true);
        Received<ModelSnapshot> received =
                new Received<>(TOPIC, 0, 7, 0, "r", new ModelSnapshot(), new RecordHeaders());

        assertTimeoutPreemptively(
                Duration.ofSeconds(30),
                () -> assertThrows(
                        InterruptedException.class,
                        () -> work.workOn(List.of(new RecordWork.Task<>(received, raw)), progress)));
        assertEquals(Map.of(), progress.toCommit());
        assertEquals(Optional.empty(), watch.obstacle());
    }
}
