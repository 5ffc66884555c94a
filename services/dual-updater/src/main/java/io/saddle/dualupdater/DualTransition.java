package io.saddle.dualupdater;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;

/**
 * The effect of one record on a run.
 *
 * @param run the run after it
 * @param updates dual steps taken, in order
 * @param verdicts what became of the estimates judged, in order
 */
record DualTransition(DualRun run, List<DualStepTaken> updates, List<Verdict> verdicts) {

    static DualTransition unchanged(DualRun run) {
        return new DualTransition(run, List.of(), List.of());
    }

    DualTransition with(Verdict verdict) {
        return new DualTransition(run, updates, plus(verdicts, List.of(verdict)));
    }

    DualTransition then(Function<DualRun, DualTransition> next) {
        DualTransition after = next.apply(run);
        return new DualTransition(after.run, plus(updates, after.updates), plus(verdicts, after.verdicts));
    }

    private static <T> List<T> plus(List<T> left, List<T> right) {
        List<T> both = new ArrayList<>(left);
        both.addAll(right);
        return List.copyOf(both);
    }
}
