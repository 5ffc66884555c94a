package io.saddle.diffusion.schedule;

/**
 * The straight line from images to noise of flow matching (Lipman et al. 2023, arXiv 2210.02747; Liu et al. 2023, arXiv 2209.03003):
 * x_t = (1 - sigma_t) x_0 + sigma_t eps, with the numbers of diffusers' FlowMatchEulerDiscreteScheduler. There the levels are
 * numbered from the largest sigma down, here from the smallest up.
 *
 * @param trainTimesteps number T of noise levels
 * @param shift moves them towards the noise (Esser et al. 2024, arXiv 2403.03206, formula 23): sigma_t = shift u / (1 + (shift - 1) u)
 *     with u = (t + 1) / T; 1: not at all
 */
public record FlowSchedule(int trainTimesteps, double shift) implements ForwardSchedule {
    public FlowSchedule {
        if (trainTimesteps < 1) {
            throw new IllegalArgumentException("trainTimesteps must be >= 1, was " + trainTimesteps);
        }
        if (!(shift > 0 && shift < Double.POSITIVE_INFINITY)) {
            throw new IllegalArgumentException("shift must be finite and > 0, was " + shift);
        }
    }

    @Override
    public float[] signal() {
        float[] signal = noise();
        for (int t = 0; t < trainTimesteps; t++) {
            signal[t] = 1f - signal[t];
        }
        return signal;
    }

    @Override
    public float[] noise() {
        float[] sigmas = new float[trainTimesteps];
        for (int t = 0; t < trainTimesteps; t++) {
            sigmas[t] = (float) shifted((t + 1.0) / trainTimesteps);
        }
        return sigmas;
    }

    /** T sigma_t. */
    @Override
    public float[] times() {
        float[] times = noise();
        for (int t = 0; t < trainTimesteps; t++) {
            times[t] *= trainTimesteps;
        }
        return times;
    }

    /**
     * The sigmas of a sampler's calls of the network, from 1 down, then 0. As in diffusers they are spaced evenly from the largest sigma of
     * training to the smallest one, which is shifted then already, and shifted after that.
     *
     * @param steps number of calls, 1..T
     * @throws IllegalArgumentException if there are not so many noise levels
     */
    public double[] samplerSigmas(int steps) {
        if (steps < 1 || steps > trainTimesteps) {
            throw new IllegalArgumentException(
                    "sampling steps must be within 1.." + trainTimesteps + ", were " + steps);
        }
        double last = shifted(1.0 / trainTimesteps);
        double[] sigmas = new double[steps + 1];
        for (int i = 0; i < steps; i++) {
            sigmas[i] = shifted(steps == 1 ? 1 : 1 - (1 - last) * i / (steps - 1));
        }
        return sigmas;
    }

    @Override
    public void require(PredictionType prediction) {
        if (prediction != PredictionType.FLOW) {
            throw new IllegalArgumentException(
                    "the network of a flow predicts eps - x_0 (flow), not " + prediction.diffusersName());
        }
    }

    private double shifted(double sigma) {
        return shift * sigma / (1 + (shift - 1) * sigma);
    }
}
