package io.saddle.console;

import java.time.Duration;
import java.util.Collection;
import java.util.HashSet;
import java.util.Set;

/**
 * The time that somebody may be away for before it is said: who was there may be started again just now, one that nobody has seen may
 * never come. Not thread-safe.
 */
final class Patience {

    /** Who is started again leaves, and is back within this. */
    static final Duration LONGEST = Duration.ofSeconds(30);

    private final Set<String> seen = new HashSet<>();

    /** Takes note of evaluators that are there. */
    void saw(Collection<String> evaluators) {
        seen.addAll(evaluators);
    }

    /**
     * How long the absence may last.
     *
     * @param isService whether it is a service of the stack, and no evaluator
     */
    Duration of(String who, boolean isService) {
        return isService || seen.contains(who) ? LONGEST : Duration.ZERO;
    }
}
