package io.saddle.primaltrainer.ownership;

import java.util.Comparator;
import java.util.HashMap;
import java.util.Map;
import java.util.function.Predicate;

/** The runs that could not be trained at this trainer of late, and when that was seen last: another one may have what it lacks. */
final class FailedRuns {

    /** What all trainers of a group say of themselves stands in one record. */
    static final int MOST = 30;

    private final Map<String, Long> nanosByRun = new HashMap<>();

    void failed(String runId, long nowNanos) {
        nanosByRun.put(runId, nowNanos);
        if (nanosByRun.size() > MOST) {
            nanosByRun.entrySet().stream()
                    .max(Comparator.comparingLong(failure -> nowNanos - failure.getValue()))
                    .map(Map.Entry::getKey)
                    .ifPresent(nanosByRun::remove);
        }
    }

    void trained(String runId) {
        nanosByRun.remove(runId);
    }

    /**
     * How long ago each failed here, in milliseconds.
     *
     * @param matters false for a run that nobody trains any more: it is forgotten
     */
    Map<String, Long> millisAgo(long nowNanos, Predicate<String> matters) {
        nanosByRun.keySet().removeIf(matters.negate());
        Map<String, Long> ago = new HashMap<>();
        nanosByRun.forEach((runId, nanos) -> ago.put(runId, (nowNanos - nanos) / 1_000_000));
        return ago;
    }
}
