package io.saddle.kafka;

import java.time.Duration;
import java.util.function.LongSupplier;

/** A member's place in its group: whether it was given one, and since when. One thread. */
final class GroupPlace {

    /** A group gives a member its place within seconds, but while another one finishes what it hands over. */
    private static final Duration PATIENCE = Duration.ofMinutes(1);

    private static final Duration LONGEST = Duration.ofMinutes(5);

    private final LongSupplier nanos;
    private Duration patience = PATIENCE;
    private boolean given;
    private long sinceNanos;

    /** @param nanos a clock that nobody sets */
    GroupPlace(LongSupplier nanos) {
        this.nanos = nanos;
        lost();
    }

    /** The group has given the member its partitions, which may be none. */
    void given() {
        given = true;
        sinceNanos = nanos.getAsLong();
        patience = PATIENCE;
    }

    /** The member begins without one, or waits from now on. */
    void lost() {
        given = false;
        sinceNanos = nanos.getAsLong();
    }

    /** As long as it was waited for in vain, and longer each time. */
    void waitLonger() {
        Duration twice = patience.multipliedBy(2);
        patience = twice.compareTo(LONGEST) < 0 ? twice : LONGEST;
    }

    boolean isGiven() {
        return given;
    }

    /** For how long it has had one, or none. */
    Duration age() {
        return Duration.ofNanos(nanos.getAsLong() - sinceNanos);
    }

    /** True if it has waited for longer than it should. */
    boolean isOverdue() {
        return !given && age().compareTo(patience) >= 0;
    }
}
