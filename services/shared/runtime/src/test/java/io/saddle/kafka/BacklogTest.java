package io.saddle.kafka;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.Map;
import java.util.Optional;
import org.apache.kafka.common.TopicPartition;
import org.junit.jupiter.api.Test;

class BacklogTest {

    private static final TopicPartition A = new TopicPartition("a", 3);
    private static final TopicPartition B = new TopicPartition("b", 3);
    private static final TopicPartition C = new TopicPartition("c", 3);
    private static final Map<TopicPartition, Long> ENDS = Map.of(A, 9L, B, 4L, C, 0L);

    private static Optional<Backlog> at(long a, long b, long c) {
        return Backlog.of(ENDS, Map.of(A, a, B, b, C, c)::get);
    }

    @Test
    void whereverTheReaderIsBehindThePlaceIsNamed() {
        assertEquals(Optional.of(new Backlog(6, "a-3 at 7 of 9, b-3 at 0 of 4")), at(7, 0, 0));
    }

    /** What came meanwhile on one topic makes up for nothing on another. */
    @Test
    void whereItIsPastTheEndNothingIsLeft() {
        assertEquals(Optional.of(new Backlog(2, "a-3 at 7 of 9")), at(7, 40, 5));
        assertEquals(Optional.empty(), at(9, 4, 0));
    }
}
