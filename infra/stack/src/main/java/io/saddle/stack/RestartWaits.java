package io.saddle.stack;

import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;

/**
 * The waits before processes that ended are started again: each twice as long as the one before, until one lives for a while. Not
 * thread-safe.
 */
final class RestartWaits {

    private static final Duration FIRST = Duration.ofSeconds(1);
    private static final Duration LONGEST = Duration.ofMinutes(1);

    /** A life this long makes the next wait the first again. */
    private static final Duration STEADY = Duration.ofMinutes(2);

    private record Wait(Duration length, Instant begun, Instant started) {}

    private final Map<String, Wait> waits = new HashMap<>();

    /** True once the wait of a process that was found dead is over. */
    boolean isOver(String name, Instant now) {
        Wait wait = waits.compute(
                name, (key, known) -> known == null || known.started() != null ? next(known, now) : known);
        return !now.isBefore(wait.begun().plus(wait.length()));
    }

    private static Wait next(Wait last, Instant now) {
        if (last == null || !now.isBefore(last.started().plus(STEADY))) {
            return new Wait(FIRST, now, null);
        }
        Duration twice = last.length().multipliedBy(2);
        return new Wait(twice.compareTo(LONGEST) > 0 ? LONGEST : twice, now, null);
    }

    /** Takes note of a start, or of one that failed. */
    void started(String name, Instant now) {
        Wait wait = waits.get(name);
        waits.put(name, new Wait(wait.length(), wait.begun(), now));
    }

    /** The wait that a process is in, or had last. */
    Duration length(String name) {
        return waits.get(name).length();
    }
}
