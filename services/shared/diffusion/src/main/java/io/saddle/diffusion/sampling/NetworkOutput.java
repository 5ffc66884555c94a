package io.saddle.diffusion.sampling;

import io.saddle.diffusion.schedule.PredictionType;

/**
 * The predictions of x_0 and eps in the network's output, with x_t = a x_0 + s eps.
 *
 * @param velocity whether the output is v = a eps - s x_0, else it is eps
 * @param clip whether a predicted x_0 is clipped to -1..1, as pixels are
 */
record NetworkOutput(boolean velocity, boolean clip) {

    /**
     * @throws IllegalArgumentException if the output is a flow's
     */
    static NetworkOutput of(PredictionType prediction, boolean clip) {
        if (prediction == PredictionType.FLOW) {
            throw new IllegalArgumentException(
                    "this sampler needs a network that predicts epsilon or v_prediction, not flow");
        }
        return new NetworkOutput(prediction == PredictionType.V_PREDICTION, clip);
    }

    /**
     * The predicted x_0.
     *
     * @param signal a
     * @param noise s
     */
    float start(float output, float sample, float signal, float noise) {
        float start = velocity ? signal * sample - noise * output : (sample - noise * output) / signal;
        return clip ? Math.max(-1f, Math.min(1f, start)) : start;
    }

    /** The predicted eps, not recomputed from a clipped x_0. */
    float noise(float output, float sample, float signal, float noise) {
        return velocity ? signal * output + noise * sample : output;
    }
}
