package io.saddle.model;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class BoundedCacheTest {

    private final List<String> made = new ArrayList<>();
    private final List<String> closed = new ArrayList<>();
    private final BoundedCache<String, String> cache = new BoundedCache<>(2, closed::add);

    private void ask(String... keys) throws IOException {
        for (String key : keys) {
            assertEquals("value of " + key, cache.get(key, this::make));
        }
    }

    private String make(String key) {
        made.add(key);
        return "value of " + key;
    }

    @Test
    void theValuesThatWereAskedForLastAreKeptAndTheOthersClosed() throws IOException {
        ask("a", "b", "a", "c", "a", "b");

        assertEquals(List.of("a", "b", "c", "b"), made);
        assertEquals(List.of("value of b", "value of c"), closed);
    }

    @Test
    void whatCannotBeMadeIsAskedForAgain() throws IOException {
        IOException away = new IOException("away");
        assertEquals(
                away,
                assertThrows(
                        IOException.class,
                        () -> cache.get("a", key -> {
                            throw away;
                        })));

        ask("a");

        assertEquals(List.of("a"), made);
    }

    @Test
    void valuesOfDifferentSizesAreKeptUpToASizeInAllAndTheLastWhateverItsSize() throws IOException {
        BoundedCache<String, String> sized = new BoundedCache<>(10, String::length, closed::add);
        sized.get("a", key -> "1234");
        sized.get("b", key -> "123456");
        assertEquals(List.of(), closed);
        sized.get("c", key -> "12345678901234567890");
        assertEquals(List.of("1234", "123456"), closed);
        sized.get("d", key -> "1");
        assertEquals(List.of("1234", "123456", "12345678901234567890"), closed);
    }

    @Test
    void whatIsAskedForDuringAHoldIsKeptUntilItsEndAndTheOthersMakeRoom() throws IOException {
        ask("a", "b");
        try (BoundedCache.Hold held = cache.hold()) {
            ask("b", "c", "d", "b", "c", "d");
            assertEquals(List.of("value of a"), closed);
        }
        assertEquals(List.of("value of a", "value of b"), closed);
        ask("e");
        assertEquals(List.of("value of a", "value of b", "value of c"), closed);
        assertEquals(List.of("a", "b", "c", "d", "e"), made);
    }

    @Test
    void whatIsKeptIsClosedWithIt() throws IOException {
        ask("a", "b");

        cache.close();
        cache.close();

        assertEquals(List.of("value of a", "value of b"), closed);
    }
}
