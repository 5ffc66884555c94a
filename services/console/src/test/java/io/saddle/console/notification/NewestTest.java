package io.saddle.console.notification;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class NewestTest {

    private final Newest<Integer> newest = new Newest<>(3, Instant::ofEpochSecond);

    /** Of several partitions an old one may be read last: what is newest was forgotten for it. */
    @Test
    void whatComesLastAndIsOldTakesNobodysPlace() {
        newest.put("a", 10);
        newest.put("b", 30);
        newest.put("c", 20);
        newest.put("d", 5);
        assertEquals(List.of(30, 20, 10), newest.newestFirst());
        assertEquals(Optional.empty(), newest.find("d"));
        newest.put("e", 15);
        assertEquals(List.of(30, 20, 15), newest.newestFirst());
        assertEquals(Optional.empty(), newest.find("a"));
    }

    @Test
    void aValueTakesThePlaceOfTheOneOfItsId() {
        newest.put("a", 10);
        newest.put("a", 40);
        assertEquals(List.of(40), newest.newestFirst());
        assertEquals(Optional.of(40), newest.find("a"));
    }
}
