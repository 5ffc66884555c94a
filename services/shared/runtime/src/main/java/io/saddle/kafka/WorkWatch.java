package io.saddle.kafka;

import java.time.Duration;
import java.util.Optional;
import java.util.function.LongSupplier;

/** Watches work that may take minutes: how long it has been in hand, and whether any of it goes well. Thread-safe. */
final class WorkWatch {

    private static final Duration FAILING_AFTER = Duration.ofMinutes(1);
    private static final int GIVEN_UP_IN_A_ROW = 3;

    private final Duration stuckAfter;
    private final LongSupplier nanos;
    private String inHand;
    private long sinceNanos;
    private String failure;
    /** Of what is in hand; null while it has not failed. */
    private Long failingSinceNanos;

    private int givenUp;

    /**
     * @param stuckAfter time in hand after which work counts as stuck
     * @param nanos the clock, {@link System#nanoTime} but for tests
     */
    WorkWatch(Duration stuckAfter, LongSupplier nanos) {
        this.stuckAfter = stuckAfter;
        this.nanos = nanos;
    }

    synchronized void begin(String what) {
        inHand = what;
        sinceNanos = nanos.getAsLong();
        failure = givenUp == 0 ? null : failure;
        failingSinceNanos = null;
    }

    /** A try failed; there may be more of them. */
    synchronized void failed(Exception e) {
        failure = e.toString();
        if (failingSinceNanos == null) {
            failingSinceNanos = nanos.getAsLong();
        }
    }

    synchronized void givenUp() {
        inHand = null;
        givenUp++;
    }

    synchronized void done() {
        inHand = null;
        failure = null;
        failingSinceNanos = null;
        givenUp = 0;
    }

    /** Somebody else has it. */
    synchronized void leftOff() {
        inHand = null;
    }

    /** Time since what is in hand was begun, its tries counted; 0 if nothing is. */
    synchronized double ageSeconds() {
        return inHand == null ? 0 : age().toNanos() / 1e9;
    }

    /** What keeps the work from going well. */
    synchronized Optional<String> obstacle() {
        if (givenUp >= GIVEN_UP_IN_A_ROW) {
            return Optional.of("the last " + givenUp + " records were given up: " + failure
                    + "; look at what is named, then ./saddle dlq replay");
        }
        if (inHand == null) {
            return Optional.empty();
        }
        if (hasFailedForLong()) {
            return Optional.of(inHand + " has failed for "
                    + since(failingSinceNanos).toSeconds() + " s and is tried again: " + failure);
        }
        if (age().compareTo(stuckAfter) > 0) {
            return Optional.of(inHand + " has been in hand for " + age().toSeconds()
                    + " s and may be stuck: take a thread dump (jcmd PID Thread.print) and start the service again");
        }
        return Optional.empty();
    }

    /** True if what is in hand has failed, for the first time a minute ago or more: a try alone may take longer. */
    synchronized boolean hasFailedForLong() {
        return inHand != null
                && failingSinceNanos != null
                && since(failingSinceNanos).compareTo(FAILING_AFTER) >= 0;
    }

    private Duration age() {
        return since(sinceNanos);
    }

    private Duration since(long then) {
        return Duration.ofNanos(nanos.getAsLong() - then);
    }
}
