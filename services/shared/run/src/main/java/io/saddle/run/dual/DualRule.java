package io.saddle.run.dual;

import io.saddle.run.spec.RunSpec;
import java.util.OptionalDouble;

/**
 * The dual step of one constraint: a run's dual settings, with the constraint's own rate and resilience where it has them.
 *
 * @param optimizer how the multiplier follows the violation, at the full learning rate
 * @param learningRate eta_d after the warm-up
 * @param warmupSteps dual steps over which the rate rises: step k of them (from 1) has k / warmupSteps of it
 * @param gamma of the resilient form; empty for the plain one
 */
public record DualRule(Optimizers optimizer, double learningRate, long warmupSteps, OptionalDouble gamma) {

    /** The squares of a gradient's components that such a multiplier weighs are still float32. */
    private static final double MOST_LOSS = 1e15;

    /** Makes an optimizer of a rate. */
    public interface Optimizers {
        DualOptimizer at(double learningRate);
    }

    /** One dual step, with the violation that it followed. */
    public record Outcome(double multiplier, DualMemory memory, Violation violation) {}

    /** The rule of a constraint that a specification has. */
    public static DualRule of(RunSpec.Dual dual, RunSpec.Constraint constraint) {
        return new DualRule(
                optimizers(dual.optimizer(), dual.nupi(), dual.adam()),
                constraint.dualLearningRate().orElse(dual.learningRate()),
                dual.warmupSteps(),
                constraint.resilience().isPresent() ? constraint.resilience() : dual.resilience());
    }

    /**
     * The optimizers that settings stand for.
     *
     * @param nupi for nuPI only
     * @param adam for Adam only
     */
    public static Optimizers optimizers(RunSpec.Optimizer optimizer, RunSpec.NuPi nupi, RunSpec.Adam adam) {
        return switch (optimizer) {
            case GRADIENT_ASCENT -> DualOptimizer.GradientAscent::new;
            case NUPI -> rate -> new DualOptimizer.NuPi(rate, nupi.kp(), nupi.ki(), nupi.nu(), nupi.firstStep());
            case ADAM -> rate -> new DualOptimizer.Adam(rate, adam.beta1(), adam.beta2(), adam.epsilon());
        };
    }

    /** True for a loss or a threshold that a dual step can be made with: finite, and not too large. */
    public static boolean isUsable(double loss) {
        return Math.abs(loss) <= MOST_LOSS;
    }

    /**
     * One dual step.
     *
     * @param loss of the constraint, in the unit of its threshold
     * @param threshold b
     * @param multiplier lambda before the step, >= 0
     * @param memory {@link DualMemory#NONE} at the first step
     */
    public Outcome step(double loss, double threshold, double multiplier, DualMemory memory) {
        Violation violation = Violation.of(loss, threshold, multiplier, gamma);
        DualOptimizer.Step step = optimizer.at(rate(memory.steps())).step(multiplier, violation.value(), memory);
        return new Outcome(step.multiplier(), step.memory(), violation);
    }

    private double rate(long stepsMade) {
        return warmupSteps == 0 ? learningRate : learningRate * Math.min(1, (stepsMade + 1.0) / warmupSteps);
    }
}
