package io.saddle.lab.soak;

import io.saddle.lab.system.Commands;
import java.io.IOException;
import java.util.function.LongSupplier;

/** A process that gets the processor one in so many moments: it is stopped and let go in turn, whatever process it is by then. */
final class SlowedProcess implements AutoCloseable {

    private static final int WORK_MILLIS = 100;

    private final LongSupplier pid;
    private final int slowdown;
    private final Thread thread = new Thread(this::run, "slowed-process");

    /** @param pid asked each time; the process may have ended, and another come in its place */
    SlowedProcess(LongSupplier pid, int slowdown) {
        this.pid = pid;
        this.slowdown = slowdown;
        thread.setDaemon(true);
        thread.start();
    }

    private void run() {
        try {
            while (true) {
                signal("STOP");
                try {
                    Thread.sleep((long) WORK_MILLIS * (slowdown - 1));
                } finally {
                    signal("CONT");
                }
                Thread.sleep(WORK_MILLIS);
            }
        } catch (InterruptedException e) {
            signal("CONT");
        }
    }

    private void signal(String name) {
        try {
            Commands.run("kill", "-" + name, Long.toString(pid.getAsLong()));
        } catch (IOException | RuntimeException e) {
            // It is not there now.
        } catch (InterruptedException e) {
            thread.interrupt();
        }
    }

    @Override
    public void close() {
        thread.interrupt();
        try {
            thread.join();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
