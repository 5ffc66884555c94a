package io.saddle.service;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PeriodicTaskTest {

    @ParameterizedTest
    @ValueSource(classes = {IllegalStateException.class, OutOfMemoryError.class})
    void whatFailsIsDoneAgainAllTheSame(Class<? extends Throwable> failure) {
        AtomicInteger times = new AtomicInteger();
        try (PeriodicTask task = new PeriodicTask("a task", Duration.ZERO, Duration.ofMillis(1), () -> {
            times.incrementAndGet();
            if (failure == OutOfMemoryError.class) {
                throw new OutOfMemoryError("unable to create native thread");
            }
            throw new IllegalStateException("broken");
        })) {
            await().untilAsserted(() -> assertTrue(times.get() > 1));
        }
    }
}
