package io.saddle.service;

import io.saddle.pause.DoublingWait;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

/**
 * Processes that ended without a word while they had the same piece of work in hand, one after the other, such as by a kill for want
 * of memory. What ends whoever takes it up is to keep nobody from the rest.
 *
 * @param count how many
 */
public record ProcessDeaths(int count) {

    /** So many are put down to chance. */
    private static final int TOLERATED = 1;

    private static final DoublingWait RESTS = new DoublingWait(Duration.ofMinutes(1), Duration.ofHours(1));

    /** Clocks of machines may differ so much. */
    private static final Duration CLOCK_SKEW = Duration.ofMinutes(5);

    public static final ProcessDeaths NONE = new ProcessDeaths(0);

    /** One more. */
    public ProcessDeaths another() {
        return new ProcessDeaths(count + 1);
    }

    /** The time for which the work is set aside since the last of them; empty while that is not called for. */
    public Optional<Duration> rest() {
        return count <= TOLERATED ? Optional.empty() : Optional.of(RESTS.after(count - TOLERATED - 1));
    }

    /**
     * True if what is set aside until then is so now. A time that no rest reaches was written by a clock that was wrong, and is not
     * waited for.
     */
    public static boolean isSetAside(Instant until, Instant now) {
        return now.isBefore(until) && !until.isAfter(now.plus(RESTS.longest()).plus(CLOCK_SKEW));
    }
}
