package io.saddle.kafka;

import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.Map;
import org.apache.kafka.common.TopicPartition;
import org.junit.jupiter.api.Test;

class HurdlesTest {

    private static final TopicPartition FAILS = new TopicPartition("t", 1);
    private static final TopicPartition GOES = new TopicPartition("t", 2);

    private final Hurdles hurdles = new Hurdles();

    /** A batch without the record that fails made the worker look well each time, and it never said that it fails again and again. */
    @Test
    void thatOtherPartitionsGetOnPassesNothing() {
        hurdles.failedAt(Map.of(FAILS, 7L));
        hurdles.passed(Map.of(GOES, 99L));
        hurdles.atTheEndOf(List.of(GOES));
        hurdles.atTheEndOf(List.of());
        assertFalse(hurdles.arePassed());
        hurdles.passed(Map.of(FAILS, 7L));
        assertFalse(hurdles.arePassed(), "the record itself is not done");
        hurdles.passed(Map.of(FAILS, 8L));
        assertTrue(hurdles.arePassed());
    }

    @Test
    void aPartitionThatIsReadToItsEndIsPast() {
        hurdles.failedAt(Map.of(FAILS, 7L, GOES, 3L));
        hurdles.atTheEndOf(List.of(FAILS, GOES));
        assertTrue(hurdles.arePassed());
    }

    @Test
    void aPartitionOfAnotherMemberIsItsOwnToTell() {
        hurdles.failedAt(Map.of(FAILS, 7L, GOES, 3L));
        hurdles.onlyOf(List.of(GOES));
        hurdles.passed(Map.of(GOES, 4L));
        assertTrue(hurdles.arePassed());
    }
}
