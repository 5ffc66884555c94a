package io.saddle.service;

import java.time.Duration;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Does something again and again on a daemon thread of its own; a failure is logged and it goes on. */
public final class PeriodicTask implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(PeriodicTask.class);
    private static final int END_PATIENCE_SECONDS = 10;

    private final String name;
    private final Runnable task;
    private final ScheduledExecutorService executor;

    /**
     * Starts it.
     *
     * @param first before the first time
     * @param every between the end of one and the beginning of the next
     */
    public PeriodicTask(String name, Duration first, Duration every, Runnable task) {
        this.name = name;
        this.task = task;
        this.executor = Executors.newSingleThreadScheduledExecutor(work -> {
            Thread thread = new Thread(work, name);
            thread.setDaemon(true);
            return thread;
        });
        executor.scheduleWithFixedDelay(this::run, first.toMillis(), every.toMillis(), TimeUnit.MILLISECONDS);
    }

    private void run() {
        try {
            task.run();
        } catch (RuntimeException | Error e) {
            // What leaves this is never done again, and nobody is told.
            LOG.error("{} failed and is tried again", name, e);
        }
    }

    /** Waits for what is being done, not for ever. */
    @Override
    public void close() {
        executor.shutdownNow();
        try {
            executor.awaitTermination(END_PATIENCE_SECONDS, TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
