package io.saddle.primaltrainer.multipliers;

import io.saddle.run.spec.RunSpec;
import java.util.Map;
import java.util.Optional;

/**
 * The choice of the multiplier vector that a primal step takes. LOCKSTEP: after s steps the vector of dual step s / N exactly, so
 * that a replayed step is the same step; where that was never made, no constraint was in force. A vector counts from its dual
 * point or not at all: the steps up to the next one go on with what the first of them took. ASYNC: the newest, unless it is
 * staler than the run allows.
 */
public record MultiplierChoice(RunSpec.Mode mode, long primalSteps, long maxStaleSteps) {

    public static MultiplierChoice of(RunSpec spec) {
        return new MultiplierChoice(
                spec.dual().mode(), spec.dual().primalSteps(), spec.dual().maxStaleSteps());
    }

    /**
     * The vector for the step after {@code stepsDone}; empty if it has to be waited for.
     *
     * @param applied dual step of the vector that the last step took: ASYNC goes to no older one
     * @param activeSince the active constraints, see {@link MultiplierVector#staleSteps}
     * @param log all that was on the topic when this trainer took up the run, and what came since
     */
    public Optional<MultiplierVector> next(
            long stepsDone, long applied, Map<String, Long> activeSince, MultiplierLog log) {
        return mode == RunSpec.Mode.LOCKSTEP
                ? lockstep(stepsDone, applied, activeSince, log)
                : async(stepsDone, applied, activeSince, log);
    }

    private Optional<MultiplierVector> lockstep(
            long stepsDone, long applied, Map<String, Long> activeSince, MultiplierLog log) {
        long wanted = stepsDone / primalSteps;
        boolean begins = stepsDone % primalSteps == 0;
        Optional<MultiplierVector> made = begins || applied == wanted ? log.at(wanted) : Optional.empty();
        // Passed over, or too late for one: constraints come into force with a dual step, which is made at dual points.
        boolean goesOnWithout = log.newest().dualStep() > wanted || activeSince.isEmpty() || !begins;
        return made.isPresent() || !goesOnWithout ? made : Optional.of(MultiplierVector.unconstrained(applied));
    }

    /**
     * True if the step after {@code stepsDone} passes a LOCKSTEP dual point over whose vector may still be made, of an estimate that
     * was under way when the last constraint was retired: the log alone will not tell that the step was taken without it.
     *
     * @param taken dual step of the vector that the step takes
     */
    public boolean passesUndecided(long stepsDone, long taken, MultiplierLog log) {
        long wanted = stepsDone / primalSteps;
        return mode == RunSpec.Mode.LOCKSTEP
                && stepsDone % primalSteps == 0
                && taken < wanted
                && log.newest().dualStep() <= wanted;
    }

    private Optional<MultiplierVector> async(
            long stepsDone, long applied, Map<String, Long> activeSince, MultiplierLog log) {
        if (activeSince.isEmpty()) {
            return Optional.of(MultiplierVector.unconstrained(applied));
        }
        MultiplierVector newest = log.newest();
        boolean usable = newest.dualStep() >= applied && newest.staleSteps(stepsDone, activeSince) <= maxStaleSteps;
        return usable ? Optional.of(newest) : Optional.empty();
    }

    /** True if a snapshot is due after {@code stepsDone} for the next dual step. */
    public boolean isDualPoint(long stepsDone) {
        return stepsDone > 0 && stepsDone % primalSteps == 0;
    }
}
