package io.saddle.diffusion.evaluation;

/**
 * A loss and how well it is known.
 *
 * @param loss mean over the samples of each sample's mean squared error
 * @param standardError of that mean, from the differences between neighbouring timesteps; NaN where a single one does not tell it
 * @param samples number of samples
 */
public record LossEstimateResult(double loss, double standardError, int samples) {

    /** From sample losses in the order of their timesteps. */
    public static LossEstimateResult of(double[] losses) {
        int n = losses.length;
        double sum = 0;
        double differences = 0;
        for (int i = 0; i < n; i++) {
            sum += losses[i];
            if (i > 0) {
                differences += (losses[i] - losses[i - 1]) * (losses[i] - losses[i - 1]);
            }
        }
        double standardError = n < 2 ? Double.NaN : Math.sqrt(differences / (2.0 * n * (n - 1)));
        return new LossEstimateResult(sum / n, standardError, n);
    }
}
