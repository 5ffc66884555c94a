package io.saddle.primaltrainer.multipliers;

import io.saddle.run.spec.RunSpec;
import java.util.Map;
import java.util.Optional;

/**
 * The choice of the multiplier vector that a primal step takes. LOCKSTEP and PIPELINED: after s steps the vector of dual step s / N
 * less the delay exactly, so that a replayed step is the same step, and the initial one where that is less than 1; where that was never
 * made, no constraint was in force. A vector counts from its dual point or not at all: the steps up to the next one go on with what the
 * first of them took. ASYNC: the newest, unless it is staler than the run allows.
 *
 * @param together the most steps that are taken with one choice: none of them takes a staler vector than the run allows
 */
public record MultiplierChoice(RunSpec.Dual dual, long together) {

    /** Of steps that each take a vector of their own. */
    public MultiplierChoice(RunSpec.Dual dual) {
        this(dual, 1);
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
        return dual.mode().isReproducible()
                ? numbered(stepsDone, applied, activeSince, log)
                : async(stepsDone, applied, activeSince, log);
    }

    /** The dual step whose vector counts after {@code stepsDone} in the reproducible modes; 0: the initial one. */
    public long wanted(long stepsDone) {
        return Math.max(0, dual.dualStepOf(stepsDone) - dual.delay());
    }

    private Optional<MultiplierVector> numbered(
            long stepsDone, long applied, Map<String, Long> activeSince, MultiplierLog log) {
        long wanted = wanted(stepsDone);
        boolean begins = begins(stepsDone);
        Optional<MultiplierVector> made = begins || applied == wanted ? log.at(wanted) : Optional.empty();
        // Passed over, or too late for one: constraints come into force with a dual step, which is made at dual points.
        boolean goesOnWithout = log.newest().dualStep() > wanted || activeSince.isEmpty() || !begins;
        return made.isPresent() || !goesOnWithout ? made : Optional.of(MultiplierVector.unconstrained(applied));
    }

    /**
     * True if the step after {@code stepsDone} goes on without a vector that may still be made, of an estimate that was under way when
     * the last constraint was retired: the log alone will not tell that the step was taken without it.
     *
     * @param taken dual step of the vector that the step takes
     */
    public boolean passesUndecided(long stepsDone, long taken, MultiplierLog log) {
        long wanted = wanted(stepsDone);
        return dual.mode().isReproducible()
                && begins(stepsDone)
                && taken < wanted
                && log.newest().dualStep() <= wanted;
    }

    private Optional<MultiplierVector> async(
            long stepsDone, long applied, Map<String, Long> activeSince, MultiplierLog log) {
        if (activeSince.isEmpty()) {
            return Optional.of(MultiplierVector.unconstrained(applied));
        }
        MultiplierVector newest = log.newest();
        boolean usable = newest.dualStep() >= applied
                && newest.staleSteps(stepsDone, activeSince) + together - 1 <= dual.maxStaleSteps();
        return usable ? Optional.of(newest) : Optional.empty();
    }

    /** True if a snapshot may be due after {@code stepsDone} for the next dual step. */
    public boolean isDualPoint(long stepsDone) {
        return stepsDone > 0 && begins(stepsDone);
    }

    /** True if the step after {@code stepsDone} is the first of an interval. */
    private boolean begins(long stepsDone) {
        return stepsDone % dual.primalSteps() == 0;
    }

    /**
     * True if a snapshot is due after {@code stepsDone} whose vector some step takes.
     *
     * @param steps of the whole run
     */
    public boolean isDue(long stepsDone, long steps) {
        return isDualPoint(stepsDone) && stepsDone + dual.delay() * dual.primalSteps() < steps;
    }
}
