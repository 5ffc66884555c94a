package io.saddle.console;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

class OverdueTest {

    private static final Map<String, Duration> TRAINER = Map.of("no trainer", Duration.ofSeconds(30));

    private final Overdue<String> overdue = new Overdue<>();

    private Set<String> at(int second, Map<String, Duration> now) {
        return overdue.look(now, Instant.EPOCH.plusSeconds(second));
    }

    @Test
    void whatLastsIsSaidOnceAndAgainWhenItBeginsAnew() {
        assertEquals(Set.of(), at(0, TRAINER));
        assertEquals(Set.of(), at(29, TRAINER));
        assertEquals(Set.of("no trainer"), at(30, TRAINER));
        assertEquals(Set.of(), at(90, TRAINER));
        assertEquals(Set.of(), at(91, Map.of()));
        assertEquals(Set.of(), at(92, TRAINER), "it was away: the time begins again");
        assertEquals(Set.of("no trainer"), at(122, TRAINER));
    }

    @Test
    void whatMayNotLastAtAllIsSaidAtOnce() {
        assertEquals(Set.of("no evaluator"), at(5, Map.of("no evaluator", Duration.ZERO)));
    }

    @Test
    void whatCouldNotBeSaidIsSaidLater() {
        at(0, TRAINER);
        at(30, TRAINER);
        overdue.notSaid("no trainer");
        assertEquals(Set.of("no trainer"), at(31, TRAINER));
    }
}
