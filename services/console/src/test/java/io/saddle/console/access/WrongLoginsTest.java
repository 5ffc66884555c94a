package io.saddle.console.access;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import org.junit.jupiter.api.Test;

class WrongLoginsTest {

    private static final int FREE = 3;

    private Instant now = Instant.parse("2026-01-02T03:04:05Z");
    private final WrongLogins logins = new WrongLogins(FREE, new Clock() {
        @Override
        public Instant instant() {
            return now;
        }

        @Override
        public ZoneId getZone() {
            return ZoneOffset.UTC;
        }

        @Override
        public Clock withZone(ZoneId zone) {
            return this;
        }
    });

    private void wrong(int times) {
        for (int i = 0; i < times; i++) {
            logins.wrong("a");
        }
    }

    @Test
    void theFirstFewCostNothingAndEachAfterThoseTwiceAsMuch() {
        wrong(FREE);
        assertEquals(Duration.ZERO, logins.waitOf("a"));
        for (int seconds : new int[] {1, 2, 4, 8}) {
            wrong(1);
            assertEquals(Duration.ofSeconds(seconds), logins.waitOf("a"));
        }
        now = now.plusSeconds(3);
        assertEquals(Duration.ofSeconds(5), logins.waitOf("a"));
        now = now.plusSeconds(10);
        assertEquals(Duration.ZERO, logins.waitOf("a"));
        wrong(1);
        assertEquals(Duration.ofSeconds(16), logins.waitOf("a"), "a wait that is over is not forgotten");
    }

    @Test
    void noWaitIsLongerThanFiveMinutesHoweverManyThereWere() {
        wrong(200);
        assertEquals(Duration.ofMinutes(5), logins.waitOf("a"));
    }

    @Test
    void whoWasGoodForAQuarterOfAnHourBeginsAnew() {
        wrong(FREE + 3);
        now = now.plus(Duration.ofMinutes(16));
        wrong(1);
        assertEquals(Duration.ZERO, logins.waitOf("a"));
    }

    @Test
    void nobodyWaitsForAnother() {
        wrong(FREE + 3);
        assertEquals(Duration.ZERO, logins.waitOf("b"));
    }
}
