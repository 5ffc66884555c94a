package io.saddle.dualupdater;

import io.saddle.dualupdater.DualTransition.Judged;
import io.saddle.dualupdater.UnusableEstimate.Fault;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * The constraints and versions that estimates name and no definition has, in runs that are known otherwise: one may be under way, on
 * another topic, and is not after minutes.
 */
final class AwaitedDefinitions {

    private static final Duration PATIENCE = Duration.ofMinutes(5);

    /** Whoever writes estimates may name as many as they like. */
    private static final int MOST = 1000;

    /**
     * An estimate that waits.
     *
     * @param since when the first of its kind came
     */
    record Awaited(UnusableEstimate estimate, long step, Instant since) {}

    private final Map<UnusableEstimate, Awaited> awaited = new HashMap<>();

    void clear() {
        awaited.clear();
    }

    void forget(String runId) {
        awaited.keySet().removeIf(estimate -> estimate.runId().equals(runId));
    }

    void judged(DualRun run, Judged judged, Instant now) {
        UnusableEstimate estimate = UnusableEstimate.of(run.runId(), judged.estimate(), Fault.UNDEFINED);
        if (judged.verdict() != Verdict.UNKNOWN_YET) {
            awaited.remove(estimate);
        } else if (run.isComplete() && awaited.size() < MOST) {
            awaited.putIfAbsent(
                    estimate, new Awaited(estimate, judged.estimate().step(), now));
        }
    }

    /** Those that have waited for too long: they wait anew. */
    List<Awaited> overdue(Instant now) {
        List<Awaited> overdue = new ArrayList<>(awaited.values());
        overdue.removeIf(one -> now.isBefore(one.since().plus(PATIENCE)));
        overdue.forEach(one -> awaited.remove(one.estimate()));
        return overdue;
    }
}
