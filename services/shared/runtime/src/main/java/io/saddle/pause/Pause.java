package io.saddle.pause;

import java.time.Duration;

/** A pause before another try. */
public final class Pause {

    private Pause() {}

    /** Waits; false if the thread was interrupted, which it then still is. */
    public static boolean of(Duration duration) {
        try {
            Thread.sleep(duration.toMillis());
            return true;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        }
    }
}
