package io.saddle.dualupdater;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;

/**
 * The effect of one record on a run.
 *
 * @param run the run after it
 * @param updates dual steps taken, in order
 * @param judged what became of the estimates judged, in order; of a record that is one, its own is the last
 */
record DualTransition(DualRun run, List<DualStepTaken> updates, List<Judged> judged) {

    /** What became of an estimate. */
    record Judged(DualEstimate estimate, Verdict verdict) {}

    static DualTransition unchanged(DualRun run) {
        return new DualTransition(run, List.of(), List.of());
    }

    DualTransition with(DualEstimate estimate, Verdict verdict) {
        return new DualTransition(run, updates, plus(judged, List.of(new Judged(estimate, verdict))));
    }

    DualTransition then(Function<DualRun, DualTransition> next) {
        DualTransition after = next.apply(run);
        return new DualTransition(after.run, plus(updates, after.updates), plus(judged, after.judged));
    }

    List<Verdict> verdicts() {
        return judged.stream().map(Judged::verdict).toList();
    }

    private static <T> List<T> plus(List<T> left, List<T> right) {
        List<T> both = new ArrayList<>(left);
        both.addAll(right);
        return List.copyOf(both);
    }
}
