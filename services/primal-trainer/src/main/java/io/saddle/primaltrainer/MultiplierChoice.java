package io.saddle.primaltrainer;

import io.saddle.spec.RunSpec;
import java.util.Optional;

/**
 * Which multiplier vector a primal step takes. LOCKSTEP: after s steps the vector of dual step s / N exactly, so that a
 * replayed step is the same step. ASYNC: the newest, unless it is staler than the run allows.
 */
record MultiplierChoice(RunSpec.Mode mode, long primalSteps, long maxStaleSteps) {

    static MultiplierChoice of(RunSpec spec) {
        return new MultiplierChoice(
                spec.dual().mode(), spec.dual().primalSteps(), spec.dual().maxStaleSteps());
    }

    /**
     * The vector for the step after {@code stepsDone}; empty if it has to be waited for.
     *
     * @param applied dual step of the vector that the last step took: ASYNC goes to no older one, even while the log is still
     *     being read after a restart
     * @param constrained whether the run has an active constraint; one without takes no vector from the log
     */
    Optional<MultiplierVector> next(long stepsDone, long applied, boolean constrained, MultiplierLog log) {
        if (!constrained) {
            return Optional.of(MultiplierVector.INITIAL);
        }
        if (mode == RunSpec.Mode.LOCKSTEP) {
            return log.at(stepsDone / primalSteps);
        }
        MultiplierVector newest = log.newest();
        boolean usable = newest.dualStep() >= applied && staleSteps(stepsDone, newest) <= maxStaleSteps;
        return usable ? Optional.of(newest) : Optional.empty();
    }

    /** Primal steps between the vector's snapshot and the step that takes it. */
    static long staleSteps(long stepsDone, MultiplierVector vector) {
        return Math.max(0, stepsDone - vector.step());
    }

    /** Whether a snapshot is due after {@code stepsDone} for the next dual step. */
    boolean isDualPoint(long stepsDone) {
        return stepsDone > 0 && stepsDone % primalSteps == 0;
    }
}
