package io.saddle.run.dual;

import java.util.Collection;

/**
 * The mixture that the optimal model generates from, (q + sum_i lambda_i q_i) / (1 + sum_i lambda_i): the quantity that a person
 * understands. {@code Multipliers} in diffusion say the same over arrays: diffusion knows nothing of runs, and the dual updater,
 * which writes these shares, has no libtorch.
 */
public final class MixtureWeights {

    private MixtureWeights() {}

    /** Share of the objective's own distribution, 1 / (1 + sum lambda). */
    public static double objective(Collection<Double> multipliers) {
        return 1 / (1 + sum(multipliers));
    }

    /** Share of one constraint's distribution, lambda_i / (1 + sum lambda). */
    public static double constraint(double multiplier, Collection<Double> multipliers) {
        return multiplier / (1 + sum(multipliers));
    }

    private static double sum(Collection<Double> multipliers) {
        return multipliers.stream().mapToDouble(Double::doubleValue).sum();
    }
}
