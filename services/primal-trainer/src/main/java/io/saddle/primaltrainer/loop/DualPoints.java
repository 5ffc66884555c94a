package io.saddle.primaltrainer.loop;

import io.saddle.primaltrainer.checkpoint.DualPoint;
import io.saddle.primaltrainer.checkpoint.LossWindow;
import io.saddle.primaltrainer.multipliers.MultiplierChoice;
import io.saddle.run.spec.RunSpec;
import java.util.Collection;
import java.util.LinkedList;
import java.util.List;
import java.util.Map;

/**
 * The dual points that were announced and whose vectors no step has taken yet, oldest first: in LOCKSTEP one at most, in PIPELINED the
 * delay more. Each names the dual step before its own, so that the dual side makes them in their order. In ASYNC nothing waits for
 * one.
 */
final class DualPoints {

    private final RunSpec.Dual dual;
    private final MultiplierChoice choice;
    private final LinkedList<DualPoint> points;
    private final StepsBefore said;

    /**
     * @param kept what an earlier trainer's {@link #kept()} gave
     * @param said of the run before
     */
    DualPoints(MultiplierChoice choice, Collection<DualPoint> kept, StepsBefore said) {
        this.said = said;
        this.choice = choice;
        dual = choice.dual();
        points = new LinkedList<>(kept);
    }

    /** Those that a checkpoint has to name. The one of LOCKSTEP is that of the checkpoint's own step, if any. */
    List<DualPoint> kept() {
        return dual.delay() == 0 ? List.of() : List.copyOf(points);
    }

    /** True if the steps that take the vector of the point after {@code step} were done without it: nothing is to be announced there. */
    boolean isPassed(long step) {
        return said.passed(step, dual);
    }

    /** The run goes on after {@code step}, a dual point, which in LOCKSTEP an earlier trainer may have announced. */
    void begin(long step, long applied, Map<String, LossWindow> windows) {
        if (dual.delay() == 0 && !isPassed(step)) {
            at(step, applied, windows);
        }
    }

    /**
     * The point after {@code step}; the same again where it is known.
     *
     * @param applied dual step of the vector that the last step took
     */
    DualPoint at(long step, long applied, Map<String, LossWindow> windows) {
        DualPoint last = points.peekLast();
        if (last != null && last.step() == step) {
            return last;
        }
        long before = last == null ? applied : Math.max(applied, dual.dualStepOf(last.step()));
        DualPoint point = new DualPoint(step, before, windows);
        if (dual.mode().isReproducible()) {
            points.addLast(point);
        }
        return point;
    }

    /** The same point knows more now. */
    void replace(DualPoint known) {
        points.replaceAll(point -> point.step() == known.step() ? known : point);
    }

    /** Those before the one of {@code step}. */
    List<DualPoint> before(long step) {
        return points.stream().filter(point -> point.step() < step).toList();
    }

    /** True if the vector of the step after {@code stepsDone} is to be made of one of them. */
    boolean isAwaited(long stepsDone) {
        return points.stream().anyMatch(point -> dual.dualStepOf(point.step()) == choice.wanted(stepsDone));
    }

    /**
     * The step after {@code stepsDone} is done, with the vector of its dual point or without. In that case the next point names the dual
     * step that was made last: for one that never is the dual side would wait, and the run for it.
     *
     * @param taken dual step of the vector that the step took
     */
    void passed(long stepsDone, long taken) {
        long wanted = choice.wanted(stepsDone);
        points.removeIf(point -> dual.dualStepOf(point.step()) <= wanted);
        DualPoint next = points.peekFirst();
        if (next != null && taken < wanted && next.dualStep() == wanted) {
            points.removeFirst();
            points.addFirst(next.after(taken));
        }
    }
}
