package io.saddle.console;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;

/** When tasks of pipelines that were put off, or failed, are looked at again: after a pause that is twice as long each time. */
final class TaskPauses {

    private static final Duration FIRST = Duration.ofSeconds(1);
    private static final Duration LONGEST = Duration.ofMinutes(1);

    private final Clock clock;
    private final Map<String, Pause> ofRuns = new HashMap<>();
    /** Of all runs: one asks for all whether the store is there, and does not use up everybody's submissions. Null: it is. */
    private Pause ofStore;

    private record Pause(Instant end, Duration length) {

        static Pause after(Pause before, Instant now) {
            Duration twice = before == null ? FIRST : before.length.multipliedBy(2);
            Duration next = twice.compareTo(LONGEST) < 0 ? twice : LONGEST;
            return new Pause(now.plus(next), next);
        }
    }

    TaskPauses(Clock clock) {
        this.clock = clock;
    }

    boolean isPaused(String runId) {
        return isOn(ofRuns.get(runId));
    }

    /** True while nobody is to ask the artifact store. */
    boolean isStoreAway() {
        return isOn(ofStore);
    }

    private boolean isOn(Pause pause) {
        return pause != null && pause.end().isAfter(clock.instant());
    }

    void pause(String runId) {
        ofRuns.compute(runId, (run, before) -> Pause.after(before, clock.instant()));
    }

    void storeIsAway() {
        ofStore = Pause.after(ofStore, clock.instant());
    }

    /** A run was submitted, for which the store has answered. */
    void submitted(String runId) {
        ofStore = null;
        forget(runId);
    }

    void forget(String runId) {
        ofRuns.remove(runId);
    }
}
