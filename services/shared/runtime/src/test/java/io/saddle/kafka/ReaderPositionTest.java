package io.saddle.kafka;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.TopicPartition;
import org.junit.jupiter.api.Test;

class ReaderPositionTest {

    private static final TopicPartition PAST = new TopicPartition("t", 0);
    private static final TopicPartition PRESENT = new TopicPartition("t", 1);
    private static final TopicPartition NEW = new TopicPartition("t", 2);

    /** It went back to where a start was that ended while it read the past; the next one wrote the same letters again. */
    @Test
    void aPositionIsNeverBehindWhatWasJudged() {
        Map<TopicPartition, Long> at = Map.of(PAST, 3L, PRESENT, 12L, NEW, 1L);
        assertEquals(
                Map.of(
                        PAST, new OffsetAndMetadata(10),
                        PRESENT, new OffsetAndMetadata(12),
                        NEW, new OffsetAndMetadata(1)),
                TopicReader.toCommit(List.of(PAST, PRESENT, NEW), at::get, Map.of(PAST, 10L, PRESENT, 10L)));
    }
}
