package io.saddle.run.dual;

import java.util.OptionalDouble;

/**
 * A constraint's violation at a multiplier. Plain: e = loss - b. Resilient (the paper's form for minority classes, with
 * relaxation cost gamma): e = loss - b - 2 gamma lambda, whose fixed point for a constant loss is (loss - b) / (2 gamma).
 *
 * @param loss mean squared error over all elements
 * @param threshold b
 * @param relaxation 2 gamma lambda; 0 in the plain form
 */
public record Violation(double loss, double threshold, double relaxation) {

    public static Violation of(double loss, double threshold, double multiplier, OptionalDouble resilience) {
        double relaxation = resilience.isPresent() ? 2 * resilience.getAsDouble() * multiplier : 0;
        return new Violation(loss, threshold, relaxation);
    }

    /** e: positive where the requirement is not met. */
    public double value() {
        return loss - threshold - relaxation;
    }

    /** The margin before the requirement is broken: -e. */
    public double slack() {
        return -value();
    }
}
