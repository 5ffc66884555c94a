package io.saddle.diffusion.torch;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
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

    /** libtorch's memory of a thread outlives it: an evaluator that judged for days took more with every chunk of images. */
    @Test
    void shouldKeepTheThreadsOfBatchesForLaterOnes() {
        Set<Thread> threads = ConcurrentHashMap.newKeySet();
        for (int call = 0; call < 20; call++) {
            Workers.runBatches(7, 7, 1, (from, to) -> threads.add(Thread.currentThread()));
            assertThrows(
                    IllegalArgumentException.class,
                    () -> Workers.runBatches(6, 2, 1, (from, to) -> {
                        throw new IllegalArgumentException("fails");
                    }));
        }
        assertTrue(threads.size() <= 7, threads.size() + " threads");
    }

    @Test
    void shouldThrowTheFirstFailureWhenNothingRunsAnyMore() {
        try (Workers workers = new Workers(3, "test")) {
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
        try (Workers workers = new Workers(1, "test")) {
            Thread.currentThread().interrupt();
            workers.run(List.of(this::work, this::work, this::work));
            assertTrue(Thread.interrupted(), "the interrupt is kept");
            assertEquals(3, ended.get());
        }
    }
}
