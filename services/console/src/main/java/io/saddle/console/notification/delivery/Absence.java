package io.saddle.console.notification.delivery;

import java.time.Duration;
import java.util.function.LongSupplier;

/** The time for which a receiver has answered nothing, over all that it was to be told. */
final class Absence {

    private final Duration forgottenAfter;
    private final LongSupplier nanos;
    private boolean isAway;
    private long sinceNanos;
    private long lastNanos;

    /**
     * @param forgottenAfter so long after a failure the next one is another absence's first
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

    /** It has not answered again; for so long already. */
    Duration lasts() {
        long now = nanos.getAsLong();
        if (!isAway || now - lastNanos > forgottenAfter.toNanos()) {
            sinceNanos = now;
        }
        isAway = true;
        lastNanos = now;
        return Duration.ofNanos(now - sinceNanos);
    }
}
