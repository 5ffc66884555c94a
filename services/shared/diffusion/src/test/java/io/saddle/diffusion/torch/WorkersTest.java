package io.saddle.diffusion.torch;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Test;

class WorkersTest {
    private final AtomicInteger ended = new AtomicInteger();

    private void work() {
        LockSupport.parkNanos(20_000_000);
        ended.incrementAndGet();
    }

    @Test
    void shouldDoEveryRowOnce() {
        int[] times = new int[11];
        Workers.runBatches(3, 11, 4, (from, to) -> {
            for (int row = from; row < to; row++) {
                times[row]++;
            }
        });
        for (int row : times) {
            assertEquals(1, row);
        }
    }

    /** New ones would each take an arena of malloc's: a trainer of many runs took three times the memory of one. */
    @Test
    void shouldLendItsThreadsToWhoeverComesNext() {
        Set<Thread> threads = ConcurrentHashMap.newKeySet();
        for (int call = 0; call < 20; call++) {
            Workers.runBatches(7, 7, 1, (from, to) -> threads.add(Thread.currentThread()));
            assertThrows(
                    IllegalArgumentException.class,
                    () -> Workers.runBatches(7, 50, 1, (from, to) -> {
                        threads.add(Thread.currentThread());
                        throw new IllegalArgumentException("fails");
                    }));
            try (Workers workers = new Workers(7)) {
                workers.run(List.of(() -> threads.add(Thread.currentThread())));
            }
        }
        assertTrue(threads.size() <= 7, threads.size() + " threads");
    }

    @Test
    void shouldNotLendThreadsThatAreInUse() {
        try (Workers first = new Workers(1);
                Workers second = new Workers(1)) {
            CountDownLatch together = new CountDownLatch(2);
            Workers.runBatches(
                    2,
                    2,
                    1,
                    (from, to) -> (from == 0 ? first : second).run(List.of(() -> {
                        together.countDown();
                        try {
                            assertTrue(together.await(10, TimeUnit.SECONDS), "one waits for the other");
                        } catch (InterruptedException e) {
                            throw new IllegalStateException(e);
                        }
                    })));
            first.close();
            first.close();
        }
    }

    @Test
    void shouldThrowTheFirstFailureWhenNothingRunsAnyMore() {
        try (Workers workers = new Workers(3)) {
            Runnable failing = () -> {
                throw new IllegalArgumentException("first");
            };
            assertEquals(
                    "first",
                    assertThrows(
                                    IllegalArgumentException.class,
                                    () -> workers.run(List.of(failing, this::work, this::work)))
                            .getMessage());
            assertEquals(2, ended.get());
        }
    }

    @Test
    void shouldBeginNoOtherBatchAfterAnInterrupt() {
        Thread.currentThread().interrupt();
        assertThrows(IllegalStateException.class, () -> Workers.runBatches(2, 50, 1, (from, to) -> work()));
        assertTrue(Thread.interrupted(), "the interrupt is kept");
        assertTrue(ended.get() <= 2, ended + " batches ran");
    }

    @Test
    void shouldFinishAStepInSpiteOfAnInterrupt() {
        try (Workers workers = new Workers(1)) {
            Thread.currentThread().interrupt();
            workers.run(List.of(this::work, this::work, this::work));
            assertTrue(Thread.interrupted(), "the interrupt is kept");
            assertEquals(3, ended.get());
        }
    }
}
