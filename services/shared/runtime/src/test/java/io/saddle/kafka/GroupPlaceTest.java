package io.saddle.kafka;

import static org.junit.jupiter.api.Assertions.assertDoesNotThrow;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.consumer.MockConsumer;
import org.apache.kafka.common.PartitionInfo;
import org.apache.kafka.common.errors.TimeoutException;
import org.junit.jupiter.api.Test;

class GroupPlaceTest {

    private long seconds = 500;
    private boolean answers = true;
    private final GroupPlace place =
            new GroupPlace(() -> Duration.ofSeconds(seconds).toNanos(), GroupPlace.PATIENCE);

    private MockConsumer<byte[], byte[]> consumer() {
        return new MockConsumer<>("earliest") {
            @Override
            public Map<String, List<PartitionInfo>> listTopics(Duration timeout) {
                if (!answers) {
                    throw new TimeoutException("no answer");
                }
                return Map.of();
            }
        };
    }

    private void joinsAnewAfter(long wait) {
        place.lost();
        seconds += wait - 1;
        MockConsumer<byte[], byte[]> consumer = consumer();
        assertDoesNotThrow(() -> place.require(consumer));
        assertFalse(consumer.closed());
        seconds++;
        assertTrue(assertThrows(IllegalStateException.class, () -> place.require(consumer))
                .getMessage()
                .contains("no place for " + wait + " s"));
        assertTrue(consumer.closed());
    }

    @Test
    void eachWaitInVainIsLongerThanTheOneBefore() {
        for (long wait : new long[] {60, 120, 240, 300, 300}) {
            joinsAnewAfter(wait);
        }
        place.given();
        joinsAnewAfter(60);
    }

    @Test
    void whoHasAPlaceWaitsForNone() {
        place.given();
        seconds += 3600;
        assertTrue(place.isGiven());
        assertDoesNotThrow(() -> place.require(consumer()));
        assertEquals(Duration.ofHours(1), place.age());
    }

    @Test
    void aGroupWithoutKafkaIsWaitedFor() {
        answers = false;
        seconds += 90;
        assertDoesNotThrow(() -> place.require(consumer()));
        answers = true;
        assertDoesNotThrow(() -> place.require(consumer()), "it has had no time yet");
        joinsAnewAfter(60);
    }
}
