package io.saddle.console.access;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.ZoneOffset;
import org.junit.jupiter.api.Test;

class WrongLoginsTest {

    private static final int FREE = 3;

    private Instant now = Instant.parse("2026-01-02T03:04:05Z");
    private final InstantSource clock = () -> now;
    private final WrongLogins logins = new WrongLogins(FREE, clock.withZone(ZoneOffset.UTC));

    private void wrong(int times) {
        for (int i = 0; i < times; i++) {
            logins.wrong("a");
        }
    }

    @Test
    void theFirstFewCostNothingAndEachAfterThoseTwiceAsMuch() {
        wrong(FREE);
        assertEquals(Duration.ZERO, logins.ask("a"));
        for (int seconds : new int[] {1, 2, 4, 8}) {
            wrong(1);
            assertEquals(Duration.ofSeconds(seconds), logins.ask("a"));
        }
        now = now.plusSeconds(3);
        assertEquals(Duration.ofSeconds(5), logins.ask("a"));
        now = now.plusSeconds(10);
        assertEquals(Duration.ZERO, logins.ask("a"));
        wrong(1);
        assertEquals(Duration.ofSeconds(16), logins.ask("a"), "a wait that is over is not forgotten");
    }

    @Test
    void noWaitIsLongerThanFiveMinutesHoweverManyThereWere() {
        wrong(200);
        assertEquals(Duration.ofMinutes(5), logins.ask("a"));
    }

    @Test
    void whoWasGoodForAQuarterOfAnHourBeginsAnew() {
        wrong(FREE + 3);
        now = now.plus(Duration.ofMinutes(16));
        wrong(1);
        assertEquals(Duration.ZERO, logins.ask("a"));
    }

    @Test
    void nobodyWaitsForAnother() {
        wrong(FREE + 3);
        assertEquals(Duration.ZERO, logins.ask("b"));
    }

    /** What is under way when the first answers come was not counted by then. */
    @Test
    void notAnyNumberOfPasswordsMayComeAtOnce() {
        assertEquals(200, passedInThisSecond("a"));
        wrong(FREE + 1);
        now = now.plusSeconds(1);
        assertEquals(20, passedInThisSecond("a"));
        assertEquals(200, passedInThisSecond("b"));
    }

    private int passedInThisSecond(String client) {
        int passed = 0;
        while (passed < 1000 && logins.ask(client).isZero()) {
            passed++;
        }
        return passed;
    }
}
