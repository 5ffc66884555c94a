package io.saddle.kafka;

import static org.awaitility.Awaitility.await;

import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Supplier;

/** Something that fails again and again at one place until it is mended, and the clock that tells for how long. Thread-safe. */
final class Failing {

    private final AtomicLong nanos = new AtomicLong();
    private final AtomicInteger tries = new AtomicInteger();
    private volatile boolean mended;

    long nanos() {
        return nanos.get();
    }

    void passMinutes(int minutes) {
        nanos.addAndGet(Duration.ofMinutes(minutes).toNanos());
    }

    /** A try; true if it is to fail. */
    boolean fails() {
        tries.incrementAndGet();
        return !mended;
    }

    /** @param obstacle what whoever tries says: to be there after a minute of failures, at every moment until it is mended, and no longer */
    void isSaidUntilItIsMended(Supplier<Optional<String>> obstacle) {
        await().until(() -> tries.get() >= 2);
        passMinutes(2);
        int before = tries.get();
        await().until(() -> obstacle.get().isPresent());
        await().failFast(() -> obstacle.get().isEmpty()).until(() -> tries.get() >= before + 2);
        mended = true;
        await().until(() -> obstacle.get().isEmpty());
    }
}
