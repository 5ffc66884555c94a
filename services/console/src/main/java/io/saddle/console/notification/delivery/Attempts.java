package io.saddle.console.notification.delivery;

import io.saddle.pause.DoublingWait;
import java.time.Duration;
import java.util.Optional;

/** The tries of one notification, by this process, and the waits between them. */
final class Attempts {

    private static final DoublingWait WAITS = new DoublingWait(Duration.ofSeconds(1), Duration.ofMinutes(5));
    private static final Duration LONGEST_WAIT = Duration.ofHours(1);

    private int count;

    void begin() {
        count++;
    }

    int count() {
        return count;
    }

    /** The wait before the next one; the receiver's wish counts where it is longer. */
    Duration untilNext(Optional<Duration> wished) {
        Duration own = WAITS.after(count - 1);
        Duration wait = wished.filter(asked -> asked.compareTo(own) > 0).orElse(own);
        return wait.compareTo(LONGEST_WAIT) > 0 ? LONGEST_WAIT : wait;
    }
}
