package io.saddle.diffusion.sampling;

import io.saddle.diffusion.schedule.BetaSchedule;
import io.saddle.diffusion.schedule.NoiseSchedule;
import io.saddle.diffusion.schedule.PredictionType;

/**
 * DPM-Solver++ (2M) (Lu et al. 2022, arXiv 2211.01095, algorithm 2): a second-order multistep solver of the probability flow
 * ODE in terms of the predicted x_0, deterministic, one network call a step. As diffusers' DPMSolverMultistepScheduler with its
 * defaults (algorithm_type dpmsolver++, solver_order 2, solver_type midpoint, final_sigmas_type
 * zero, no Karras sigmas) but for the two choices below.
 *
 * <p>With x_t = a_t x_0 + s_t eps, L = ln(a / s), h_i = L_i+1 - L_i, r_i = h_i-1 / h_i and m_i the x_0 predicted at step i:
 * D_i = (1 + 1 / (2 r_i)) m_i - 1 / (2 r_i) m_i-1 and x_i+1 = s_i+1 / s_i x_i - a_i+1 (exp(-h_i) - 1) D_i. The first step,
 * and the last one, to s = 0, take D_i = m_i (first order: DDIM's step).
 */
public final class DpmSolverSampler implements Sampler {
    /** The least ln(a / s) that the method's authors recommend for the cosine schedule. */
    private static final double LEAST_HALF_LOG_SNR = -5.1;

    private final NetworkOutput output;
    private final float[] timesteps;
    private final float[] signal;
    private final float[] noise;
    private final float[] sampleFactor;
    private final float[] startFactor;
    private final float[] previousFactor;

    /**
     * @param steps number of network evaluations for an image, 1 to one less than the timesteps that are used
     * @param clip whether a predicted x_0 is clipped to -1..1 (diffusers: thresholding with sample_max_value 1; off there)
     * @param leastHalfLogSnr timesteps with a lower ln(a / s) are left out (diffusers: lambda_min_clipped, -infinity there)
     */
    public DpmSolverSampler(
            NoiseSchedule schedule,
            PredictionType prediction,
            TimestepSpacing spacing,
            int steps,
            boolean clip,
            double leastHalfLogSnr) {
        float[] alphasCumprod = schedule.positiveAlphasCumprod();
        output = NetworkOutput.of(prediction, clip);
        int[] spaced = spaced(schedule.trainTimesteps(), used(alphasCumprod, leastHalfLogSnr), spacing, steps);
        timesteps = new float[steps];
        signal = new float[steps];
        noise = new float[steps];
        sampleFactor = new float[steps];
        startFactor = new float[steps];
        previousFactor = new float[steps];
        double lastH = Double.NaN;
        for (int i = 0; i < steps; i++) {
            double alphaBar = alphasCumprod[spaced[i]];
            double next = i + 1 < steps ? alphasCumprod[spaced[i + 1]] : 1;
            double h = halfLogSnr(next) - halfLogSnr(alphaBar);
            double gain = -Math.sqrt(next) * Math.expm1(-h);
            boolean secondOrder = i > 0 && i + 1 < steps;
            double extrapolated = secondOrder ? gain * h / (2 * lastH) : 0;
            timesteps[i] = spaced[i];
            signal[i] = (float) Math.sqrt(alphaBar);
            noise[i] = (float) Math.sqrt(1 - alphaBar);
            sampleFactor[i] = (float) Math.sqrt((1 - next) / (1 - alphaBar));
            startFactor[i] = (float) (gain + extrapolated);
            previousFactor[i] = (float) -extrapolated;
            lastH = h;
        }
    }

    /**
     * Where a network that predicts eps was trained with the cosine schedule, without the timesteps whose
     * ln(a / s) is below {@value #LEAST_HALF_LOG_SNR}: x_0 is (x - s eps) / a, and a falls to 5e-5 there.
     *
     * @param steps number of network evaluations for an image
     * @param clip whether a predicted x_0 is clipped to -1..1, as pixels are
     */
    public static DpmSolverSampler of(
            NoiseSchedule schedule, PredictionType prediction, TimestepSpacing spacing, int steps, boolean clip) {
        boolean unstable = schedule.beta() == BetaSchedule.SQUAREDCOS_CAP_V2 && prediction == PredictionType.EPSILON;
        return new DpmSolverSampler(
                schedule, prediction, spacing, steps, clip, unstable ? LEAST_HALF_LOG_SNR : Double.NEGATIVE_INFINITY);
    }

    /** With linspace spacing, diffusers' default, and x_0 clipped. */
    public static DpmSolverSampler of(NoiseSchedule schedule, PredictionType prediction, int steps) {
        return of(schedule, prediction, TimestepSpacing.LINSPACE, steps, true);
    }

    @Override
    public float[] timesteps() {
        return timesteps.clone();
    }

    @Override
    public boolean addsNoise(float t) {
        return false;
    }

    @Override
    public Trajectory begin(int values) {
        return new Multistep(values);
    }

    private final class Multistep implements Trajectory {
        private final float[] previous;
        private int step;

        Multistep(int values) {
            previous = new float[values];
        }

        @Override
        public void step(float[] prediction, float t, float[] sample, float[] none) {
            if (step == timesteps.length || timesteps[step] != t) {
                throw new IllegalStateException("step " + (step + 1) + " of " + timesteps.length
                        + (step == timesteps.length ? " does not exist" : " is from t = " + timesteps[step])
                        + ", asked for t = " + t);
            }
            float a = signal[step];
            float s = noise[step];
            for (int i = 0; i < sample.length; i++) {
                float start = output.start(prediction[i], sample[i], a, s);
                sample[i] =
                        sampleFactor[step] * sample[i] + startFactor[step] * start + previousFactor[step] * previous[i];
                previous[i] = start;
            }
            step++;
        }
    }

    /** ln(a / s). */
    private static double halfLogSnr(double alphaBar) {
        return (Math.log(alphaBar) - Math.log1p(-alphaBar)) / 2;
    }

    /** Number of timesteps, from 0 on, that have a ln(a / s) of at least {@code least}. */
    private static int used(float[] alphasCumprod, double least) {
        int used = alphasCumprod.length;
        while (used > 0 && halfLogSnr(alphasCumprod[used - 1]) < least) {
            used--;
        }
        return used;
    }

    /**
     * Descending, none twice.
     *
     * @param all the timesteps of training
     * @param used of which so many, from 0 on, may be taken
     */
    private static int[] spaced(int all, int used, TimestepSpacing spacing, int steps) {
        if (steps < 1 || steps > used - 1) {
            throw new IllegalArgumentException("sampling steps of DPM-Solver++ must be within 1.." + (used - 1)
                    + " for this noise schedule, were " + steps);
        }
        int[] timesteps = new int[steps];
        for (int i = 0; i < steps; i++) {
            timesteps[i] = switch (spacing) {
                case LEADING -> used / (steps + 1) * (steps - i);
                case TRAILING -> (int) Math.rint(used - i * ((double) all / steps)) - 1;
                // The upper ones of steps + 1 points from 0 to the last.
                case LINSPACE -> (int) Math.rint((double) (used - 1) / steps * (steps - i));
            };
        }
        if (timesteps[steps - 1] < 0) {
            throw new IllegalArgumentException("trailing timesteps of DPM-Solver++ do not fit into the " + used
                    + " of this noise schedule that are used: take linspace");
        }
        return timesteps;
    }
}
