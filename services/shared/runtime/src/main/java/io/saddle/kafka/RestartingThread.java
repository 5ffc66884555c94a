package io.saddle.kafka;

import io.saddle.pause.Pause;
import java.time.Duration;
import java.util.Optional;
import java.util.function.LongSupplier;
import org.apache.kafka.common.errors.WakeupException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A daemon thread that works until it is told to end: whatever else ends the work, it begins again after a pause. */
final class RestartingThread {

    /** The work of the thread, over and over while {@link #isRunning()}. */
    @FunctionalInterface
    interface Work {
        /** Returns or is interrupted when the thread is to end; any other exception makes it begin again. */
        void run() throws InterruptedException;
    }

    private static final Logger LOG = LoggerFactory.getLogger(RestartingThread.class);
    private static final Duration FAILING_AFTER = Duration.ofMinutes(1);
    private static final Duration END_PATIENCE = Duration.ofSeconds(10);

    private final String name;
    private final Duration beforeNextTry;
    private final Work work;
    private final LongSupplier nanos;
    private final Thread thread;
    private volatile boolean running = true;
    private volatile Failure failure;

    /** @param times how often the work has failed since it last got on */
    private record Failure(String what, long sinceNanos, int times) {}

    /** @param nanos the clock, {@link System#nanoTime} but for tests */
    RestartingThread(String name, Duration beforeNextTry, Work work, LongSupplier nanos) {
        this.name = name;
        this.beforeNextTry = beforeNextTry;
        this.work = work;
        this.nanos = nanos;
        this.thread = new Thread(this::run, name);
        this.thread.setDaemon(true);
    }

    void start() {
        thread.start();
    }

    /** False once it was told to end. */
    boolean isRunning() {
        return running;
    }

    /** Told by the work that it gets on: past all that may have failed before. */
    void getsOn() {
        failure = null;
    }

    /** The failure that the work has not got over for a minute, in more than one try. */
    Optional<String> failing() {
        Failure last = failure;
        boolean fails =
                last != null && last.times() > 1 && nanos.getAsLong() - last.sinceNanos() >= FAILING_AFTER.toNanos();
        return fails ? Optional.of(name + " fails again and again: " + last.what()) : Optional.empty();
    }

    /** The failure that the work has not got over yet, however short ago it was. */
    Optional<String> failure() {
        Failure last = failure;
        return failing().or(() -> last == null ? Optional.empty() : Optional.of(name + " fails: " + last.what()));
    }

    /** Tells it to end and returns at once; the work sees {@link #isRunning()}. */
    void end() {
        running = false;
    }

    /** Waits for the end, not for ever; returns at once when the thread itself asks. */
    void join() {
        if (Thread.currentThread() == thread) {
            return;
        }
        try {
            thread.join(END_PATIENCE.toMillis());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void run() {
        while (running) {
            try {
                work.run();
            } catch (WakeupException | InterruptedException e) {
                LOG.debug("{} stopped", name);
                return;
            } catch (RuntimeException | Error e) {
                // No memory for a buffer passes as a broken connection does; a thread that ended by it would do so in
                // silence.
                LOG.error("{}: failed and begins again in {} s", name, beforeNextTry.toSeconds(), e);
                Failure before = failure;
                failure = before == null
                        ? new Failure(e.toString(), nanos.getAsLong(), 1)
                        : new Failure(e.toString(), before.sinceNanos(), before.times() + 1);
                if (!Pause.of(beforeNextTry)) {
                    return;
                }
            }
        }
    }
}
