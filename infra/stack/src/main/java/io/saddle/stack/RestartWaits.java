package io.saddle.stack;

import io.saddle.pause.DoublingWait;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;

/**
 * The waits before processes that ended are started again: each twice as long as the one before, until one lives for a while. Not
 * thread-safe.
 */
final class RestartWaits {

    private static final DoublingWait WAITS = new DoublingWait(Duration.ofSeconds(1), Duration.ofMinutes(1));

    /** A life this long makes the next wait the first again. */
    static final Duration STEADY = Duration.ofMinutes(2);

    /** @param started null as long as it lasts */
    private record Wait(int before, Instant begun, Instant started) {
        Duration length() {
            return WAITS.after(before);
        }
    }

    private final Map<String, Wait> waits = new HashMap<>();

    /** Begins the wait of a process that was found dead; true once it is over, or the clock has gone back before its begin. */
    boolean isDue(String name, Instant now) {
        Wait wait = waits.compute(
                name, (key, known) -> known == null || known.started() != null ? next(known, now) : known);
        return now.isBefore(wait.begun()) || !now.isBefore(wait.begun().plus(wait.length()));
    }

    private static Wait next(Wait last, Instant now) {
        boolean anew = last == null || !now.isBefore(last.started().plus(STEADY));
        return new Wait(anew ? 0 : last.before() + 1, now, null);
    }

    /** Takes note of a start, or of one that failed. */
    void started(String name, Instant now) {
        Wait wait = waits.get(name);
        waits.put(name, new Wait(wait.before(), wait.begun(), now));
    }

    /** Somebody else has started it: its next wait is the first. */
    void forget(String name) {
        waits.remove(name);
    }

    /** The wait that a process is in, or had last. */
    Duration length(String name) {
        return waits.get(name).length();
    }
}
