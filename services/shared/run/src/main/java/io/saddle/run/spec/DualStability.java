package io.saddle.run.spec;

import io.saddle.schema.ConstraintDefinition;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;

/**
 * With a constant loss gradient ascent has lambda <- (1 - 2 gamma eta) lambda + eta (l - b): it rests where |1 - 2 gamma eta| < 1. nuPI
 * without a proportional term (kp = 0) is the same with eta ki for eta. With one it is not checked, nor is Adam: lambda then follows from
 * earlier violations too.
 */
public final class DualStability {

    private DualStability() {}

    /** The mistakes in the rates of the constraints in force under a run's dual settings; empty if nothing is. */
    public static List<Problem> problems(RunSpec.Dual dual, List<ConstraintDefinition> inForce) {
        boolean checked =
                switch (dual.optimizer()) {
                    case GRADIENT_ASCENT -> true;
                    case NUPI -> dual.nupi().kp() == 0;
                    case ADAM -> false;
                };
        if (!checked) {
            return List.of();
        }
        OptionalDouble ki = dual.optimizer() == RunSpec.Optimizer.NUPI
                ? OptionalDouble.of(dual.nupi().ki())
                : OptionalDouble.empty();
        return inForce.stream()
                .flatMap(definition -> problem(
                        "constraint " + definition.getConstraintId(),
                        definition.getResilience() != null
                                ? definition.getResilience()
                                : dual.resilience().orElse(0),
                        definition.getDualLearningRate() != null
                                ? definition.getDualLearningRate()
                                : dual.learningRate(),
                        ki)
                        .stream())
                .toList();
    }

    /** @param ki of nuPI without a proportional term; empty for gradient ascent */
    static Optional<Problem> problem(String path, double gamma, double eta, OptionalDouble ki) {
        double gain = ki.orElse(1);
        double factor = 2 * gamma * eta * gain;
        if (!(gamma > 0 && eta > 0 && factor >= 2)) {
            return Optional.empty();
        }
        return Optional.of(new Problem(
                path,
                "2 * resilience * learningRate" + (ki.isPresent() ? " * nupi.ki" : "") + " = 2 * " + gamma + " * " + eta
                        + (ki.isPresent() ? " * " + gain : "") + " = " + factor
                        + " must be < 2, else the multipliers swing ever wider; take a resilience below "
                        + 1 / (eta * gain) + " or a learningRate below " + 1 / (gamma * gain)));
    }
}
