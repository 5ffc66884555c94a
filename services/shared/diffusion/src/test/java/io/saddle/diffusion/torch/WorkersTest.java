package io.saddle.diffusion.torch;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
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
