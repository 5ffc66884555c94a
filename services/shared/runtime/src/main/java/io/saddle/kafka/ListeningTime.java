package io.saddle.kafka;

import java.time.Duration;
import java.util.function.LongSupplier;

/**
 * The time for which a reader has heard Kafka: a clock that stands still while the broker does not answer, and for a first look after
 * that, in which those who could not speak have their say. By it, who has said nothing for long was silent. Fetches tell, since a broker
 * answers each within half a second, also where nothing has come; a poll returns without any. One thread writes, any reads.
 */
final class ListeningTime {

    /** Between two answers; with more the broker was away, or the reader stood. */
    private static final Duration LONGEST = Duration.ofSeconds(5);

    private static final Duration FIRST_LOOK = Duration.ofSeconds(15);

    private final LongSupplier nanos;
    private volatile boolean begun;
    private double answers;
    private volatile long lastAt;
    private boolean looksFirst;
    private long looksFirstUntil;
    private volatile long listened;

    /** @param nanos a clock like {@link System#nanoTime} */
    ListeningTime(LongSupplier nanos) {
        this.nanos = nanos;
    }

    /** @param fetches that were answered since the reader's consumer was opened; told again and again */
    void answered(double fetches) {
        if (fetches == 0 || fetches == answers) {
            return;
        }
        long now = nanos.getAsLong();
        long gap = begun ? now - lastAt : 0;
        if (gap > LONGEST.toNanos()) {
            looksFirstUntil = now + FIRST_LOOK.toNanos();
            looksFirst = true;
        }
        looksFirst = looksFirst && now - looksFirstUntil <= 0;
        if (!looksFirst) {
            listened += gap;
        }
        answers = fetches;
        lastAt = now;
        begun = true;
    }

    /** Since the last answer; 0 before the first. */
    long unheardNanos() {
        return begun ? nanos.getAsLong() - lastAt : 0;
    }

    long nanos() {
        return listened;
    }
}
