package io.saddle.lab.soak;

import java.time.Duration;
import java.util.function.LongSupplier;
import java.util.function.Supplier;

/** How long something that is waited for has not come on. */
final class Standstill {

    static final Duration PATIENCE = Duration.ofMinutes(6);

    private final String what;
    private final LongSupplier progress;
    private final Supplier<String> state;
    private long seen;
    private long sinceNanos = System.nanoTime();

    /**
     * @param what for the message
     * @param progress changes with each part of it
     * @param state how it stands, for the message
     */
    Standstill(String what, LongSupplier progress, Supplier<String> state) {
        this.what = what;
        this.progress = progress;
        this.state = state;
        this.seen = progress.getAsLong();
    }

    /** @throws IllegalStateException if it has stood still for minutes; names what */
    void refuse() {
        long now = progress.getAsLong();
        if (now != seen) {
            seen = now;
            sinceNanos = System.nanoTime();
        } else if (System.nanoTime() - sinceNanos > PATIENCE.toNanos()) {
            throw new IllegalStateException(
                    "waited " + PATIENCE.toMinutes() + " minutes for " + what + ": " + state.get());
        }
    }
}
