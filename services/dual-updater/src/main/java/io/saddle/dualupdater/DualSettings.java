package io.saddle.dualupdater;

import io.saddle.dual.DualOptimizer;
import io.saddle.spec.RunSpec;
import java.util.List;
import java.util.OptionalDouble;

/**
 * What a run's specification says of its dual ascent.
 *
 * @param primalSteps N: primal steps between two dual steps; LOCKSTEP's dual step h judges the snapshot of primal step h N
 * @param resilience gamma; null for the plain form
 * @param constraintIds the constraints that must be known before the first dual step
 */
record DualSettings(
        boolean lockstep,
        long primalSteps,
        double learningRate,
        Double resilience,
        double multiplierLimit,
        List<String> constraintIds) {

    static DualSettings of(RunSpec spec) {
        RunSpec.Dual dual = spec.dual();
        return new DualSettings(
                dual.mode() == RunSpec.Mode.LOCKSTEP,
                dual.primalSteps(),
                dual.learningRate(),
                dual.resilience().isPresent() ? dual.resilience().getAsDouble() : null,
                dual.multiplierLimit(),
                spec.constraints().stream().map(RunSpec.Constraint::id).toList());
    }

    /** The dual step that an estimate is for. After a time without constraints, in which none was made, it is not the next one. */
    long dualStepOf(DualEstimate estimate) {
        long next = estimate.dualStep() + 1;
        return primalSteps == 0 ? next : Math.max(next, estimate.step() / primalSteps);
    }

    /** How far a multiplier is past the limit: 0 within it, 1 past it, 2 past twice as much, 3 past four times, ... */
    int doublingsPastLimit(double multiplier) {
        int level = 0;
        for (double mark = multiplierLimit; multiplier > mark && mark > 0 && level < Integer.SIZE; mark *= 2) {
            level++;
        }
        return level;
    }

    DualOptimizer optimizer() {
        return new DualOptimizer.GradientAscent(learningRate);
    }

    OptionalDouble gamma() {
        return resilience == null ? OptionalDouble.empty() : OptionalDouble.of(resilience);
    }
}
