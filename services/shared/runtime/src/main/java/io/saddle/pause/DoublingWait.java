package io.saddle.pause;

import java.time.Duration;

/** Waits of which each is twice as long as the one before, up to a longest one. */
public record DoublingWait(Duration first, Duration longest) {

    /** So many doublings fit into a duration in any case. */
    private static final int MOST_DOUBLINGS = 30;

    /**
     * A wait.
     *
     * @param before how many waits there were, from 0 on
     */
    public Duration after(int before) {
        Duration wait = first.multipliedBy(1L << Math.min(before, MOST_DOUBLINGS));
        return wait.compareTo(longest) > 0 ? longest : wait;
    }
}
