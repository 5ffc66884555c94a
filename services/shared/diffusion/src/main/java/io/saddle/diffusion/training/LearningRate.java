package io.saddle.diffusion.training;

import java.util.Objects;

/**
 * The learning rate as a function of the step: linear warm-up to the peak, then constant or a half cosine down to 0.
 *
 * @param decay the shape after the warm-up
 * @param peak the largest learning rate
 * @param warmupSteps steps until the peak is reached; 0 = none
 * @param totalSteps where the cosine reaches 0; not used by {@link Decay#CONSTANT}
 */
public record LearningRate(Decay decay, double peak, long warmupSteps, long totalSteps) {
    /** The shape after the warm-up. */
    public enum Decay {
        /** Stays at the peak. */
        CONSTANT,
        /** peak (1 + cos(pi u)) / 2, u from 0 to 1 between the warm-up's end and the last step. */
        COSINE
    }

    public LearningRate {
        Objects.requireNonNull(decay, "decay");
        if (!(peak > 0) || warmupSteps < 0) {
            throw new IllegalArgumentException(
                    "peak > 0 and warmupSteps >= 0 are needed, were " + peak + " and " + warmupSteps);
        }
        if (decay == Decay.COSINE && totalSteps <= warmupSteps) {
            throw new IllegalArgumentException(
                    "a cosine needs totalSteps > warmupSteps, were " + totalSteps + " and " + warmupSteps);
        }
    }

    /** Constant after a warm-up. */
    public static LearningRate constant(double peak, long warmupSteps) {
        return new LearningRate(Decay.CONSTANT, peak, warmupSteps, 0);
    }

    /** A half cosine after a warm-up. */
    public static LearningRate cosine(double peak, long warmupSteps, long totalSteps) {
        return new LearningRate(Decay.COSINE, peak, warmupSteps, totalSteps);
    }

    /** The learning rate of a step; the first step is 1. */
    public double at(long step) {
        if (step <= warmupSteps) {
            return peak * step / warmupSteps;
        }
        if (decay == Decay.CONSTANT) {
            return peak;
        }
        double progress = Math.min(1, (double) (step - 1 - warmupSteps) / (totalSteps - warmupSteps));
        return peak * (1 + Math.cos(Math.PI * progress)) / 2;
    }
}
