package io.saddle.diffusion.sampling;

import io.saddle.diffusion.schedule.FlowSchedule;

/**
 * Euler's method along a flow, as diffusers' FlowMatchEulerDiscreteScheduler with its defaults: x' = x + (sigma' - sigma) f with the
 * network's output f, a prediction of eps - x_0. Nothing is clipped: no step divides by a small number.
 */
public final class FlowEulerSampler extends OneStepSampler {
    private final double[] sigmas;

    /**
     * @param steps number of network evaluations for an image, 1..T
     */
    public FlowEulerSampler(FlowSchedule schedule, int steps) {
        this(schedule.samplerSigmas(steps), schedule.trainTimesteps());
    }

    private FlowEulerSampler(double[] sigmas, int trainTimesteps) {
        super(times(sigmas, trainTimesteps));
        this.sigmas = sigmas;
    }

    private static float[] times(double[] sigmas, int trainTimesteps) {
        float[] times = new float[sigmas.length - 1];
        for (int i = 0; i < times.length; i++) {
            times[i] = (float) (sigmas[i] * trainTimesteps);
        }
        return times;
    }

    @Override
    public boolean addsNoise(float t) {
        return false;
    }

    @Override
    void step(float[] prediction, float t, float[] sample, float[] none) {
        int step = position(t);
        float difference = (float) (sigmas[step + 1] - sigmas[step]);
        for (int i = 0; i < sample.length; i++) {
            sample[i] += difference * prediction[i];
        }
    }
}
