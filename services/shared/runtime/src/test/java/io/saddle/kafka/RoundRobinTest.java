package io.saddle.kafka;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.List;
import org.junit.jupiter.api.Test;

class RoundRobinTest {

    private static List<String> turns(String... batch) {
        return RoundRobin.of(List.of(batch), task -> task.substring(0, 1));
    }

    @Test
    void shouldLetEachKeyHaveItsTurn() {
        assertEquals(List.of("a1", "b1", "c1", "a2", "c2", "a3"), turns("a1", "a2", "a3", "b1", "c1", "c2"));
    }

    @Test
    void shouldKeepTheOrderOfOneKey() {
        assertEquals(List.of("a3", "a1", "a2"), turns("a3", "a1", "a2"));
    }

    @Test
    void shouldTakeAnEmptyBatch() {
        assertEquals(List.of(), turns());
    }
}
