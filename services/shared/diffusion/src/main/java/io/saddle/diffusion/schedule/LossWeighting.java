package io.saddle.diffusion.schedule;

/**
 * The weight of a row's squared error by its timestep. Min-SNR (Hang et al. 2023, "Efficient Diffusion Training via Min-SNR Weighting
 * Strategy") with SNR_t = alpha_bar_t / (1 - alpha_bar_t): min(SNR_t, gamma) / SNR_t for a network that predicts noise, min(SNR_t, gamma) / (SNR_t
 * + 1) for one that predicts v.
 */
public final class LossWeighting {

    /** Every row alike. */
    public static final LossWeighting NONE = new LossWeighting(null);

    /** By timestep; null: 1. */
    private final float[] weights;

    private LossWeighting(float[] weights) {
        this.weights = weights;
    }

    /**
     * @param gamma above 0; 5 is the authors' choice
     * @throws IllegalArgumentException for a flow, and for a network that predicts noise where no image is left in the last timestep
     */
    public static LossWeighting minSnr(ForwardSchedule forward, PredictionType prediction, double gamma) {
        if (!(gamma > 0)) {
            throw new IllegalArgumentException("minSnrGamma must be > 0, was " + gamma);
        }
        NoiseSchedule schedule = NoiseSchedule.of(forward, "minSnrGamma");
        if (schedule.zeroTerminalSnr() && prediction == PredictionType.EPSILON) {
            throw new IllegalArgumentException(
                    "min-SNR weights of a network that predicts epsilon are 0 / 0 at the last timestep of"
                            + " a schedule with a zero terminal SNR");
        }
        float[] alphasCumprod = schedule.alphasCumprod();
        float[] weights = new float[alphasCumprod.length];
        for (int t = 0; t < weights.length; t++) {
            double snr = alphasCumprod[t] / (1.0 - alphasCumprod[t]);
            double denominator = prediction == PredictionType.EPSILON ? snr : snr + 1;
            weights[t] = (float) (Math.min(snr, gamma) / denominator);
        }
        return new LossWeighting(weights);
    }

    public float at(int timestep) {
        return weights == null ? 1f : weights[timestep];
    }
}
