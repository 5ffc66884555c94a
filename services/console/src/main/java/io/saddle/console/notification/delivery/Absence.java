package io.saddle.console.notification.delivery;

import java.time.Duration;
import java.util.function.LongSupplier;

/** The time for which a receiver has answered nothing, over all that it was to be told. */
final class Absence {

    private final Duration forgottenAfter;
    private final LongSupplier nanos;
    private boolean isAway;
    private long sinceNanos;
    private long dueNanos;

    /**
     * @param forgottenAfter so long after it was to be tried again the next failure is another absence's first: there was nothing to tell it
     * @param nanos the clock that this is told by
     */
    Absence(Duration forgottenAfter, LongSupplier nanos) {
        this.forgottenAfter = forgottenAfter;
        this.nanos = nanos;
    }

    /** It has answered. */
    void isOver() {
        isAway = false;
    }

    /**
     * It has not answered again; for so long already.
     *
     * @param untilNext the wait before what it was to be told is tried again
     */
    Duration lasts(Duration untilNext) {
        long now = nanos.getAsLong();
        if (!isAway || now - dueNanos > forgottenAfter.toNanos()) {
            sinceNanos = now;
        }
        isAway = true;
        dueNanos = now + untilNext.toNanos();
        return Duration.ofNanos(now - sinceNanos);
    }
}
