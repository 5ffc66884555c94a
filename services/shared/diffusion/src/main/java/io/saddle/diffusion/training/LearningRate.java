package io.saddle.diffusion.training;

import java.util.Objects;

/**
 * The learning rate as a function of the step: linear warm-up to the peak, then constant or a half cosine towards 0, which it
 * reaches in the step after the last one. As diffusers' get_cosine_schedule_with_warmup, but for the warm-up: that is a step
 * behind, and its first step, with a rate of 0, does nothing.
 *
 * @param decay the shape after the warm-up
 * @param peak the largest learning rate
 * @param warmupSteps steps until the peak is reached, peak s / warmupSteps in step s; 0 = none
 * @param totalSteps number of steps; not used by {@link Decay#CONSTANT}
 */
public record LearningRate(Decay decay, double peak, long warmupSteps, long totalSteps) {
    /** The shape after the warm-up. */
    public enum Decay {
        /** Stays at the peak. */
        CONSTANT,
        /** peak (1 + cos(pi k / n)) / 2 in the step k = 0, 1, ..., n - 1 after the warm-up, n = totalSteps - warmupSteps. */
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

    /** The learning rate of a step; the first step is 1. A cosine stays at 0 after the last step. */
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
