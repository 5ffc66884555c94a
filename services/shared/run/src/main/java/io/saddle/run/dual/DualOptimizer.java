package io.saddle.run.dual;

import io.saddle.run.spec.RunSpec;

/**
 * The rule by which one multiplier follows its constraint's violation e = loss - threshold - relaxation. Every step is ascent,
 * projected onto lambda >= 0. Optimizers hold settings only: what they remember between steps is {@link DualMemory}, a value.
 */
public sealed interface DualOptimizer {

    /** A multiplier after a step, and what the optimizer has to remember for the next one. */
    record Step(double multiplier, DualMemory memory) {}

    /**
     * One dual step.
     *
     * @param multiplier lambda before the step, >= 0
     * @param violation e, positive where the requirement is not met
     * @param memory {@link DualMemory#NONE} at the first step
     */
    Step step(double multiplier, double violation, DualMemory memory);

    /** lambda <- [lambda + eta e]_+ : projected gradient ascent, the paper's dual step. */
    record GradientAscent(double learningRate) implements DualOptimizer {
        @Override
        public Step step(double multiplier, double violation, DualMemory memory) {
            return new Step(Math.max(0, multiplier + learningRate * violation), memory.next(0, 0));
        }
    }

    /**
     * nuPI (Sohrabi et al., ICML 2024): xi_t = nu xi_{t-1} + (1 - nu) e_t,
     * lambda <- [lambda + eta (Ki e_t + Kp (xi_t - xi_{t-1}))]_+.
     *
     * <p>xi starts at 0. With {@link RunSpec.FirstStep#SGD} the first step leaves it there, and so equals gradient ascent with rate
     * eta Ki, as in Cooper; with {@link RunSpec.FirstStep#ZEROS} the first step has the proportional term Kp (1 - nu) e_0 as well.
     */
    record NuPi(double learningRate, double kp, double ki, double nu, RunSpec.FirstStep first)
            implements DualOptimizer {

        @Override
        public Step step(double multiplier, double violation, DualMemory memory) {
            boolean integralOnly = memory.steps() == 0 && first != RunSpec.FirstStep.ZEROS;
            double before = memory.first();
            double xi = integralOnly ? before : nu * before + (1 - nu) * violation;
            double lambda = multiplier + learningRate * (ki * violation + kp * (xi - before));
            return new Step(Math.max(0, lambda), memory.next(xi, 0));
        }
    }

    /** Adam (Kingma and Ba, 2015) with ascent, for comparison only: momentum makes multipliers overshoot. */
    record Adam(double learningRate, double beta1, double beta2, double epsilon) implements DualOptimizer {

        @Override
        public Step step(double multiplier, double violation, DualMemory memory) {
            long t = memory.steps() + 1;
            double m = beta1 * memory.first() + (1 - beta1) * violation;
            double v = beta2 * memory.second() + (1 - beta2) * violation * violation;
            double mean = m / (1 - Math.pow(beta1, t));
            double deviation = Math.sqrt(v / (1 - Math.pow(beta2, t)));
            double lambda = multiplier + learningRate * mean / (deviation + epsilon);
            return new Step(Math.max(0, lambda), memory.next(m, v));
        }
    }
}
