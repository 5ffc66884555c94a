package io.saddle.service;

import java.time.Duration;
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

    public static final ProcessDeaths NONE = new ProcessDeaths(0);

    /** One more. */
    public ProcessDeaths another() {
        return new ProcessDeaths(count + 1);
    }

    /** The time for which the work is set aside since the last of them; empty while that is not called for. */
    public Optional<Duration> rest() {
        return count <= TOLERATED ? Optional.empty() : Optional.of(RESTS.after(count - TOLERATED - 1));
    }
}
