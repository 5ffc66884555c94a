package io.saddle.console;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.time.Duration;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

class OverdueTest {

    private static final Map<String, Duration> TRAINER = Map.of("no trainer", Duration.ofSeconds(30));

    private final Overdue<String> overdue = new Overdue<>();

    /** What is due, and said. */
    private Set<String> at(int second, Map<String, Duration> now) {
        Set<String> due = overdue.look(now, Duration.ofSeconds(second));
        due.forEach(overdue::said);
        return due;
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
        Map<String, Duration> both = Map.of("no trainer", Duration.ZERO, "no evaluator", Duration.ZERO);
        Set<String> due = overdue.look(both, Duration.ZERO);
        assertEquals(both.keySet(), due);
        overdue.said("no trainer");
        assertEquals(Set.of("no evaluator"), at(1, both));
    }
}
