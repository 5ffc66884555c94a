package io.saddle.kafka;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.time.Duration;
import org.junit.jupiter.api.Test;

class ListeningTimeTest {

    private long now = Long.MAX_VALUE - Duration.ofSeconds(30).toNanos();
    private int fetches;
    private final ListeningTime time = new ListeningTime(() -> now);

    private long seconds() {
        return Duration.ofNanos(time.nanos()).toSeconds();
    }

    private void hears(int seconds) {
        for (int i = 0; i < seconds; i++) {
            time.answered(++fetches);
            now += Duration.ofSeconds(1).toNanos();
        }
        time.answered(++fetches);
    }

    /** The consumer is polled all the while. */
    private void hearsNothing(int seconds) {
        for (int i = 0; i < seconds; i++) {
            now += Duration.ofSeconds(1).toNanos();
            time.answered(fetches);
        }
    }

    @Test
    void itGoesOnWithTheAnswers() {
        assertEquals(0, seconds());
        hears(60);
        assertEquals(60, seconds());
    }

    @Test
    void itStandsStillWhileNothingIsAnswered() {
        hears(10);
        hearsNothing(120);
        assertEquals(10, seconds());
    }

    @Test
    void whoCouldNotSpeakHasAFirstLookToDoSo() {
        hears(10);
        hearsNothing(120);
        hears(14);
        assertEquals(10, seconds());
        hears(20);
        assertEquals(29, seconds(), "its 15 s are over after one more");
    }

    /** One that is slow for a moment says no less of who is silent. */
    @Test
    void aShortPauseIsCounted() {
        hears(10);
        hearsNothing(4);
        hears(10);
        assertEquals(24, seconds());
    }

    /** Its count begins anew. */
    @Test
    void aConsumerThatHasJustBeenOpenedHasHeardNothingYet() {
        hears(10);
        fetches = 0;
        hearsNothing(4);
        assertEquals(10, seconds());
        hears(1);
        assertEquals(15, seconds());
    }

    @Test
    void itTellsForHowLongNothingWasHeard() {
        assertEquals(0, time.unheardNanos(), "before the first answer");
        hears(10);
        assertEquals(0, time.unheardNanos());
        hearsNothing(120);
        assertEquals(Duration.ofSeconds(120).toNanos(), time.unheardNanos());
        hears(1);
        assertEquals(0, time.unheardNanos());
    }
}
