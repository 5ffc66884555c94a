package io.saddle.service;

import io.saddle.pause.DoublingWait;
import io.saddle.schema.Alert;
import io.saddle.schema.AlertKind;
import io.saddle.schema.Severity;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Map;
import java.util.Optional;
import java.util.function.LongSupplier;

/**
 * A service's alerts. Equal ones of a run are counted, not repeated: the first is sent at once, the next ones after a minute, two,
 * four, ... an hour, each with how often it was raised. What was not raised for two hours is new again. Thread-safe.
 */
public final class AlertLog {

    /** The times between equal alerts. */
    public static final DoublingWait RESTS = new DoublingWait(Duration.ofMinutes(1), Duration.ofHours(1));

    private static final Duration FORGOTTEN_AFTER = RESTS.longest().multipliedBy(2);
    /** Enough for everything that can be wrong at once; a text of a few hundred bytes each. */
    private static final int KEPT = 1000;

    /** What makes alerts equal. */
    private record Key(String runId, AlertKind kind, String what) {}

    private static final class Repeated {
        private final Instant since;
        private long times = 1;
        private long raisedNanos;
        private long sentNanos;
        private int repetitions;

        Repeated(Instant since, long nanos) {
            this.since = since;
            raisedNanos = nanos;
            sentNanos = nanos;
        }
    }

    private final String service;
    private final Clock clock;
    private final LongSupplier nanos;
    private final Map<Key, Repeated> raised = BoundedMap.leastRecentFirst(KEPT);

    /** @param service that raises them */
    public AlertLog(String service, Clock clock) {
        this(service, clock, System::nanoTime);
    }

    /** @param nanos measures the time between them: one that nobody sets */
    AlertLog(String service, Clock clock, LongSupplier nanos) {
        this.service = service;
        this.clock = clock;
        this.nanos = nanos;
    }

    /**
     * Raises an alert; those of a run and kind whose message is the same are equal.
     *
     * @param step the primal step; null where there is none. Alerts that differ in nothing else are equal
     * @return what is to be sent; empty if an equal one was sent shortly before
     */
    public Optional<Alert> raise(
            String runId, AlertKind kind, Severity severity, String message, String remedy, Long step) {
        return raise(message, runId, kind, severity, message, remedy, step);
    }

    /**
     * Raises an alert whose message says what changes from time to time, such as a path or a number.
     *
     * @param what makes alerts of a run and kind equal, in place of the message
     * @return what is to be sent; empty if an equal one was sent shortly before
     */
    public synchronized Optional<Alert> raise(
            String what, String runId, AlertKind kind, Severity severity, String message, String remedy, Long step) {
        Key key = new Key(runId, kind, withoutStep(what, step));
        long now = nanos.getAsLong();
        Repeated before = raised.get(key);
        if (before == null || now - before.raisedNanos > FORGOTTEN_AFTER.toNanos()) {
            raised.put(key, new Repeated(clock.instant().truncatedTo(ChronoUnit.SECONDS), now));
            return Optional.of(alert(runId, kind, severity, message, remedy, step));
        }
        before.times++;
        before.raisedNanos = now;
        if (now - before.sentNanos < RESTS.after(before.repetitions).toNanos()) {
            return Optional.empty();
        }
        before.sentNanos = now;
        before.repetitions++;
        String counted = message + " (" + before.times + " times since " + before.since + ")";
        return Optional.of(alert(runId, kind, severity, counted, remedy, step));
    }

    private static String withoutStep(String message, Long step) {
        return step == null ? message : message.replaceAll("(?<!\\d)0*" + step + "(?!\\d)", "N");
    }

    private Alert alert(String runId, AlertKind kind, Severity severity, String message, String remedy, Long step) {
        return Alert.newBuilder()
                .setRunId(runId)
                .setKind(kind)
                .setSeverity(severity)
                .setMessage(message)
                .setRemedy(remedy)
                .setStep(step)
                .setService(service)
                .setRaisedAt(clock.instant())
                .build();
    }
}
