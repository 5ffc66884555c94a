package io.saddle.kafka;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class RestartingThreadTest {

    private final AtomicLong now = new AtomicLong();
    private final Semaphore mayFail = new Semaphore(0);
    private final AtomicInteger tries = new AtomicInteger();
    private volatile boolean getsOn;
    private final RestartingThread thread =
            new RestartingThread("a thread", Duration.ofMillis(1), this::work, now::get);

    private volatile Error error;

    private void work() throws InterruptedException {
        if (getsOn) {
            thread.getsOn();
        }
        tries.incrementAndGet();
        mayFail.acquire();
        if (error != null) {
            throw error;
        }
        throw new IllegalStateException("broken");
    }

    @Test
    void anErrorOfTheMachineEndsItNoMoreThanAFailureDoes() {
        error = new OutOfMemoryError("Cannot reserve 65536 bytes of direct buffer memory");
        start();
        fail(1);
        now.addAndGet(Duration.ofMinutes(1).toNanos());
        fail(1);
        assertTrue(thread.failing().orElseThrow().contains("direct buffer memory"));
    }

    private void fail(int times) {
        int before = tries.get();
        mayFail.release(times);
        await().until(() -> tries.get() == before + times);
    }

    private void start() {
        thread.start();
        await().until(() -> tries.get() == 1);
    }

    @AfterEach
    void end() {
        thread.end();
        mayFail.release(1);
        thread.join();
    }

    @Test
    void whatFailsForAMinuteInMoreThanOneTryIsSaid() {
        start();
        fail(1);
        now.addAndGet(Duration.ofSeconds(59).toNanos());
        fail(1);
        assertEquals(Optional.empty(), thread.failing());
        now.addAndGet(Duration.ofSeconds(1).toNanos());
        assertEquals(
                Optional.of("a thread fails again and again: java.lang.IllegalStateException: broken"),
                thread.failing());
    }

    /** For those who must not blame others until the minute is over. */
    @Test
    void aFailureIsKnownAtOnceToWhoeverAsksForIt() {
        start();
        assertEquals(Optional.empty(), thread.failure());
        fail(1);
        assertEquals(Optional.of("a thread fails: java.lang.IllegalStateException: broken"), thread.failure());
    }

    @Test
    void oneFailureThatTheWorkHasNotMetAgainIsNotSaid() {
        start();
        fail(1);
        now.addAndGet(Duration.ofHours(1).toNanos());
        assertEquals(Optional.empty(), thread.failing());
    }

    @Test
    void whatHasGotOnBetweenBeginsAnew() {
        start();
        fail(2);
        getsOn = true;
        fail(1);
        getsOn = false;
        now.addAndGet(Duration.ofHours(1).toNanos());
        fail(2);
        assertEquals(Optional.empty(), thread.failing());
    }
}
