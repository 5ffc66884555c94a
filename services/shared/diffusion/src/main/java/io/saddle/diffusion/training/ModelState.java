package io.saddle.diffusion.training;

import io.saddle.diffusion.network.UNet2D;
import io.saddle.diffusion.network.UNet2DConfig;

/**
 * A run's state between two steps, on the host: with the settings and the sources it determines every later step. All arrays
 * have the network's flat layout and belong to the state: do not write into them.
 *
 * @param weights the current weights theta
 * @param adamMean AdamW's mean of gradients
 * @param adamVariance AdamW's mean of squared gradients
 * @param ema the average of the weights
 * @param step number of finished steps
 */
public record ModelState(float[] weights, float[] adamMean, float[] adamVariance, float[] ema, long step) {
    public ModelState {
        int size = weights.length;
        if (adamMean.length != size || adamVariance.length != size || ema.length != size) {
            throw new IllegalArgumentException("weights, moments and average must have one length, have " + size + ", "
                    + adamMean.length + ", " + adamVariance.length + ", " + ema.length);
        }
        if (step < 0) {
            throw new IllegalArgumentException("step must be >= 0, was " + step);
        }
    }

    /** An untrained network with torch's default initial values, fixed by the seed. */
    public static ModelState initial(UNet2DConfig config, long seed) {
        return startingFrom(UNet2D.layout(config).initialValues(seed));
    }

    /** Step 0 of a run that starts from these weights, as in fine-tuning. */
    public static ModelState startingFrom(float[] weights) {
        int size = weights.length;
        return new ModelState(weights.clone(), new float[size], new float[size], weights.clone(), 0);
    }
}
