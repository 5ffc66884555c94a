package io.saddle.run.spec;

import io.saddle.schema.ConstraintDefinition;
import java.util.List;
import java.util.Optional;

/** With a constant loss gradient ascent has lambda <- (1 - 2 gamma eta) lambda + eta (l - b): it rests where |1 - 2 gamma eta| < 1. */
public final class DualStability {

    private DualStability() {}

    /** The mistakes in the rates of the constraints in force under a run's dual settings; empty if nothing is. */
    public static List<Problem> problems(RunSpec.Dual dual, List<ConstraintDefinition> inForce) {
        if (dual.optimizer() != RunSpec.Optimizer.GRADIENT_ASCENT) {
            return List.of();
        }
        return inForce.stream()
                .flatMap(definition -> problem(
                        "constraint " + definition.getConstraintId(),
                        definition.getResilience() != null
                                ? definition.getResilience()
                                : dual.resilience().orElse(0),
                        definition.getDualLearningRate() != null
                                ? definition.getDualLearningRate()
                                : dual.learningRate())
                        .stream())
                .toList();
    }

    static Optional<Problem> problem(String path, double gamma, double eta) {
        double factor = 2 * gamma * eta;
        if (!(gamma > 0 && eta > 0 && factor >= 2)) {
            return Optional.empty();
        }
        return Optional.of(new Problem(
                path,
                "2 * resilience * learningRate = 2 * " + gamma + " * " + eta + " = " + factor
                        + " must be < 2, else the multipliers swing ever wider; take a resilience below " + 1 / eta
                        + " or a learningRate below " + 1 / gamma));
    }
}
