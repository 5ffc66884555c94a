package io.saddle.diffusion.training;

/**
 * Averaging as diffusers' EMAModel does it. With n = step - updateAfterStep - 1 the decay is 0 while n {@literal <=} 0, so that the
 * average is the weights, and then 1 - (1 + n / invGamma)^-power with warm-up, (1 + n) / (10 + n) without; at least minDecay, at most decay.
 *
 * @param decay the largest decay
 * @param minDecay the smallest one, from the step on that is the first to average
 * @param updateAfterStep steps before the average begins
 * @param warmup whether the decay follows the power law (use_ema_warmup)
 * @param invGamma steps that the warm-up is measured in (inv_gamma): 1 in diffusers
 * @param power of the warm-up: 2/3 for a million steps and more, 3/4 for fewer, by diffusers' advice
 */
public record EmaModel(
        double decay, double minDecay, long updateAfterStep, boolean warmup, double invGamma, double power)
        implements Averaging {
    public EmaModel {
        Averaging.requireDecay(decay);
        if (!(minDecay >= 0 && minDecay <= decay)) {
            throw new IllegalArgumentException("the EMA's minDecay must be within 0 and decay, was " + minDecay);
        }
        if (updateAfterStep < 0 || !(invGamma > 0) || !(power > 0)) {
            throw new IllegalArgumentException("the EMA's updateAfterStep must be >= 0, invGamma and power > 0, were "
                    + updateAfterStep + ", " + invGamma + " and " + power);
        }
    }

    @Override
    public double decayAt(long step) {
        long averaged = step - updateAfterStep - 1;
        if (averaged <= 0) {
            return 0;
        }
        double rising = warmup ? 1 - Math.pow(1 + averaged / invGamma, -power) : (1.0 + averaged) / (10.0 + averaged);
        return Math.max(minDecay, Math.min(decay, rising));
    }
}
