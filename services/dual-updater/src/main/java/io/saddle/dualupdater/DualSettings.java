package io.saddle.dualupdater;

import io.saddle.dual.DualOptimizer;
import io.saddle.spec.RunSpec;
import java.util.List;
import java.util.OptionalDouble;

/**
 * What a run's specification says of its dual ascent.
 *
 * @param resilience gamma; null for the plain form
 * @param constraintIds the constraints that must be known before the first dual step
 */
record DualSettings(
        boolean lockstep, double learningRate, Double resilience, double multiplierLimit, List<String> constraintIds) {

    static DualSettings of(RunSpec spec) {
        RunSpec.Dual dual = spec.dual();
        return new DualSettings(
                dual.mode() == RunSpec.Mode.LOCKSTEP,
                dual.learningRate(),
                dual.resilience().isPresent() ? dual.resilience().getAsDouble() : null,
                dual.multiplierLimit(),
                spec.constraints().stream().map(RunSpec.Constraint::id).toList());
    }

    DualOptimizer optimizer() {
        return new DualOptimizer.GradientAscent(learningRate);
    }

    OptionalDouble gamma() {
        return resilience == null ? OptionalDouble.empty() : OptionalDouble.of(resilience);
    }
}
