package io.saddle.dualupdater;

import com.fasterxml.jackson.annotation.JsonInclude;
import io.saddle.run.dual.DualRule;
import io.saddle.run.spec.RunSpec;
import io.saddle.schema.MultiplierUpdate;
import java.util.List;
import java.util.OptionalDouble;

/**
 * The settings of a run's dual ascent, from its specification.
 *
 * @param revision of the run's record that they are from; 0 in states of earlier releases
 * @param lockstep whether each dual step is made of one snapshot, in LOCKSTEP and PIPELINED; false: ASYNC
 * @param delay PIPELINED's, in dual steps: how far snapshots may be ahead of the dual steps; 0 in the other modes and in states of
 *     earlier releases
 * @param primalSteps N: primal steps between two dual steps; LOCKSTEP's dual step h judges the snapshot of primal step h N
 * @param steps primal steps of the whole run; 0 in states of earlier releases
 * @param maxStaleSteps ASYNC's: a trainer goes no farther past the snapshot that moved a multiplier last; 0 in the other modes and in states of
 *     earlier releases
 * @param resilience gamma; null for the plain form
 * @param constraintIds the constraints that must be known before the first dual step
 * @param optimizer null, as in states of earlier releases: gradient ascent
 * @param nupi null where another optimizer is used, and in states of earlier releases; {@code adam} likewise
 */
record DualSettings(
        @JsonInclude(JsonInclude.Include.NON_DEFAULT) long revision,
        boolean lockstep,
        @JsonInclude(JsonInclude.Include.NON_DEFAULT) long delay,
        long primalSteps,
        @JsonInclude(JsonInclude.Include.NON_DEFAULT) long steps,
        @JsonInclude(JsonInclude.Include.NON_DEFAULT) long maxStaleSteps,
        double learningRate,
        Double resilience,
        double multiplierLimit,
        List<String> constraintIds,
        RunSpec.Optimizer optimizer,
        RunSpec.NuPi nupi,
        RunSpec.Adam adam,
        long warmupSteps) {

    DualSettings {
        optimizer = optimizer == null ? RunSpec.Optimizer.GRADIENT_ASCENT : optimizer;
    }

    static DualSettings of(RunSpec spec, long revision) {
        RunSpec.Dual dual = spec.dual();
        return new DualSettings(
                revision,
                dual.mode().isReproducible(),
                dual.delay(),
                dual.primalSteps(),
                spec.training().steps(),
                dual.mode().isReproducible() ? 0 : dual.maxStaleSteps(),
                dual.learningRate(),
                dual.resilience().isPresent() ? dual.resilience().getAsDouble() : null,
                dual.multiplierLimit(),
                spec.constraints().stream().map(RunSpec.Constraint::id).toList(),
                dual.optimizer(),
                dual.optimizer() == RunSpec.Optimizer.NUPI ? dual.nupi() : null,
                dual.optimizer() == RunSpec.Optimizer.ADAM ? dual.adam() : null,
                dual.warmupSteps());
    }

    /** The dual step that an estimate is for. After a time without constraints, in which none was made, it is not the next one. */
    long dualStepOf(DualEstimate estimate) {
        long next = estimate.dualStep() + 1;
        return primalSteps == 0 ? next : Math.max(next, estimate.step() / primalSteps);
    }

    /** True if a trainer announces a snapshot of its step at its dual step: at each dual point for a dual step that was not made yet. */
    boolean isAtDualPoint(DualEstimate estimate) {
        return primalSteps == 0
                || estimate.step() % primalSteps == 0 && estimate.step() / primalSteps > estimate.dualStep();
    }

    /** True if the run comes to so many primal steps. */
    boolean comesTo(long step) {
        return steps == 0 || step <= steps;
    }

    /**
     * True if a run in ASYNC may have come to a step while no later snapshot than one of {@code lastStep} had moved a multiplier in force; an
     * interval is given besides.
     *
     * @param lastStep -1: none has moved it yet
     */
    boolean mayComeFrom(long lastStep, long step) {
        return lastStep < 0 || maxStaleSteps == 0 || step <= lastStep + maxStaleSteps + primalSteps;
    }

    /** The doublings of a multiplier past the limit: 0 within it, 1 past it, 2 past twice as much, 3 past four times, ... */
    int doublingsPastLimit(double multiplier) {
        int level = 0;
        for (double mark = multiplierLimit; multiplier > mark && mark > 0 && level < Integer.SIZE; mark *= 2) {
            level++;
        }
        return level;
    }

    /**
     * The most doublings past the limit that a multiplier's rise has been reported of, after it has moved. It is forgotten where the
     * multiplier falls to half the limit, not at the limit: there it comes to rest where somebody follows the alert's advice, and one
     * that moves about it would be reported at each crossing.
     *
     * @param before the most until then
     */
    int reported(double multiplier, int before) {
        return multiplier <= multiplierLimit / 2 ? 0 : Math.max(doublingsPastLimit(multiplier), before);
    }

    /** True if these are older than others, or the same ones again: topics are read anew where offsets have expired. */
    boolean isOverBy(DualSettings others) {
        return others.revision != 0 && revision <= others.revision;
    }

    /** True if what an optimizer remembers under these settings means something under the others. */
    boolean remembersLike(DualSettings others) {
        return optimizer == others.optimizer;
    }

    /** True if the optimizer has moments and an update, of an earlier release, does not carry them. */
    boolean isForgottenBy(MultiplierUpdate update) {
        return optimizer != RunSpec.Optimizer.GRADIENT_ASCENT
                && update.getConstraints().stream().anyMatch(row -> row.getMemory() == null);
    }

    /** The dual step of a constraint, with its own rate and gamma where it has them. */
    DualRule rule(DualDefinition definition) {
        Double gamma = definition.resilience() == null ? resilience : definition.resilience();
        return new DualRule(
                DualRule.optimizers(optimizer, nupi, adam),
                definition.learningRate() == null ? learningRate : definition.learningRate(),
                warmupSteps,
                gamma == null ? OptionalDouble.empty() : OptionalDouble.of(gamma));
    }
}
