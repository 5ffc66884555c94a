package io.saddle.primaltrainer.loop;

import io.saddle.run.spec.RunSpec;

/**
 * What earlier trainers said last of a run, which may be past the checkpoint that it is taken up at: a dual point whose steps they did
 * without its vector, since no constraint was in force, is passed over again, whatever constraint has come since.
 *
 * @param step primal steps done
 * @param dualStep dual step of the vector that the last of them took
 */
record StepsBefore(long step, long dualStep) {

    /** Nobody has trained the run. */
    static final StepsBefore NONE = new StepsBefore(0, 0);

    /** True if the steps that take the vector of a dual point were done without it. */
    boolean passed(long point, RunSpec.Dual dual) {
        return dual.mode().isReproducible()
                && step > point + dual.delay() * dual.primalSteps()
                && dualStep < dual.dualStepOf(point);
    }
}
