package io.saddle.console.notification;

import io.saddle.schema.RunPhase;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/**
 * What has been seen of a run or an execution, so that nothing is told twice.
 *
 * @param phase the run's newest; null before any
 * @param executionEnd round and phase of the execution's newest end; null before any
 * @param score the run's newest; null before any
 * @param dualStep the run's newest
 * @param violations under way, by constraint
 */
record WatchedSubject(
        RunPhase phase, String executionEnd, Score score, long dualStep, Map<String, Violation> violations) {

    static final WatchedSubject NEW = new WatchedSubject(null, null, null, 0, Map.of());

    /**
     * A judged model.
     *
     * @param network whose features; null where an earlier release has seen it
     */
    record Score(long step, boolean last, double fid, String network) {

        boolean isUnder(String other) {
            return network == null || network.equals(other);
        }

        /** Whether both judge the same model under the same network. */
        boolean isOf(Score other) {
            return step == other.step && last == other.last && isUnder(other.network);
        }
    }

    /**
     * A constraint that is violated.
     *
     * @param since the first dual step of those one after the other
     * @param dualSteps how many there are
     * @param told rules that have spoken of it, by name and making
     */
    record Violation(long since, int dualSteps, Set<String> told) {

        Violation next() {
            return new Violation(since, dualSteps + 1, told);
        }

        Violation toldBy(String rule) {
            Set<String> all = new TreeSet<>(told);
            all.add(rule);
            return new Violation(since, dualSteps, all);
        }
    }

    WatchedSubject withPhase(RunPhase now) {
        return new WatchedSubject(now, executionEnd, score, dualStep, violations);
    }

    WatchedSubject withExecutionEnd(String end) {
        return new WatchedSubject(phase, end, score, dualStep, violations);
    }

    WatchedSubject withScore(Score now) {
        return new WatchedSubject(phase, executionEnd, now, dualStep, violations);
    }

    WatchedSubject withViolations(long now, Map<String, Violation> underWay) {
        return new WatchedSubject(phase, executionEnd, score, now, new LinkedHashMap<>(underWay));
    }
}
