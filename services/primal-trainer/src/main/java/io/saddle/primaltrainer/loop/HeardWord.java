package io.saddle.primaltrainer.loop;

import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.function.LongSupplier;

/** Whether Kafka takes what a trainer says while it waits: where it does not, nobody is to blame for the wait, and nobody would hear it. */
final class HeardWord {

    private static final long HEARD_WITHIN_NANOS = Duration.ofSeconds(10).toNanos();

    private final LongSupplier nanos;
    private CompletableFuture<Void> said = CompletableFuture.completedFuture(null);
    private long saidNanos;

    HeardWord(LongSupplier nanos) {
        this.nanos = nanos;
    }

    boolean isHeard() {
        return said.isDone() || nanos.getAsLong() - saidNanos <= HEARD_WITHIN_NANOS;
    }

    /** @param now done when what was just said is durable */
    void said(CompletableFuture<Void> now) {
        if (said.isDone()) {
            said = now;
            saidNanos = nanos.getAsLong();
        }
    }
}
