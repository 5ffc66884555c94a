package io.saddle.streams;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Optional;
import java.util.function.LongSupplier;

/**
 * The failures of the last minutes: one or two are the cluster's, more are something that another try does not mend. Where each try
 * takes minutes until it fails, as what a time limit of Kafka's clients ends does, those of as many minutes count. Thread-safe.
 */
final class FailuresOfLate {

    private static final int MANY = 3;
    private static final Duration LATE = Duration.ofMinutes(2);
    /** Two tries of Kafka Streams' task.timeout.ms, and room. */
    private static final Duration LONGEST = Duration.ofMinutes(15);

    private final LongSupplier nanos;
    private final Deque<Long> times = new ArrayDeque<>();
    private String last = "";

    /** @param nanos the clock, {@link System#nanoTime} but for tests */
    FailuresOfLate(LongSupplier nanos) {
        this.nanos = nanos;
    }

    synchronized void add(Throwable failure) {
        last = said(failure);
        times.addLast(nanos.getAsLong());
        if (times.size() > MANY) {
            times.removeFirst();
        }
    }

    /** With the innermost cause: Kafka Streams itself says no more than that it has caught something. */
    private static String said(Throwable failure) {
        Throwable innermost = failure;
        while (innermost.getCause() != null && innermost.getCause() != innermost) {
            innermost = innermost.getCause();
        }
        String outer = failure.toString();
        return outer.contains(innermost.toString()) ? outer : outer + ": " + innermost;
    }

    /** What failed last, where {@value #MANY} have failed of late. */
    synchronized Optional<String> again() {
        if (times.size() < MANY) {
            return Optional.empty();
        }
        long took = times.getLast() - times.getFirst();
        // Until as many more would have failed.
        long saidFor = Math.max(LATE.toNanos(), 2 * took);
        boolean ofLate = took <= LONGEST.toNanos() && nanos.getAsLong() - times.getFirst() < saidFor;
        return ofLate ? Optional.of(last) : Optional.empty();
    }
}
