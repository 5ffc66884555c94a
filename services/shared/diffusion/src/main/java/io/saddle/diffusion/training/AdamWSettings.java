package io.saddle.diffusion.training;

/**
 * Constants of AdamW (Loshchilov and Hutter 2019) as in torch.optim.AdamW.
 *
 * @param beta1 decay of the mean of gradients
 * @param beta2 decay of the mean of squared gradients
 * @param epsilon added to the root of the second moment
 * @param weightDecay decoupled weight decay, multiplied by the learning rate
 */
public record AdamWSettings(double beta1, double beta2, double epsilon, double weightDecay) {
    /** Our default: torch's betas and epsilon, no weight decay. */
    public static final AdamWSettings DEFAULT = new AdamWSettings(0.9, 0.999, 1e-8, 0);

    public AdamWSettings {
        if (!(beta1 >= 0 && beta1 < 1) || !(beta2 >= 0 && beta2 < 1)) {
            throw new IllegalArgumentException("betas must be within 0 <= beta < 1, were " + beta1 + " and " + beta2);
        }
        if (!(epsilon > 0) || !(weightDecay >= 0)) {
            throw new IllegalArgumentException(
                    "epsilon > 0 and weightDecay >= 0 are needed, were " + epsilon + " and " + weightDecay);
        }
    }
}
