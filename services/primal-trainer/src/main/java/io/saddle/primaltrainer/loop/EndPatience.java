package io.saddle.primaltrainer.loop;

import java.time.Duration;
import java.util.function.BooleanSupplier;
import java.util.function.LongSupplier;
import java.util.function.Supplier;

/**
 * Whether files that cannot be written are tried again: without end while the run is to go on, for half a minute once it is to pause
 * or stop, so that no full disk keeps it from that, and not at all when it is to be handed over.
 */
final class EndPatience implements BooleanSupplier {

    private static final Duration PATIENCE = Duration.ofSeconds(30);

    private final Supplier<RunControl.Wish> wish;
    private final LongSupplier nanos;
    private boolean ends;
    private long endsSinceNanos;

    /** @param nanos the clock, {@link System#nanoTime} but for tests */
    EndPatience(Supplier<RunControl.Wish> wish, LongSupplier nanos) {
        this.wish = wish;
        this.nanos = nanos;
    }

    @Override
    public boolean getAsBoolean() {
        RunControl.Wish now = wish.get();
        boolean toEnd = now == RunControl.Wish.PAUSE || now == RunControl.Wish.STOP;
        if (toEnd && !ends) {
            endsSinceNanos = nanos.getAsLong();
        }
        ends = toEnd;
        return toEnd ? nanos.getAsLong() - endsSinceNanos < PATIENCE.toNanos() : now == RunControl.Wish.GO_ON;
    }
}
