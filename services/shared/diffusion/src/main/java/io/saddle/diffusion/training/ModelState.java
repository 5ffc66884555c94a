package io.saddle.diffusion.training;

import io.saddle.diffusion.network.UNet2D;
import io.saddle.diffusion.network.UNet2DConfig;
import io.saddle.diffusion.torch.HostVector;
import io.saddle.diffusion.torch.Openings;

/**
 * A run's state between two steps, on the host: with the settings and the sources it determines every later step. All vectors
 * have the network's flat layout and are closed with the state: do not write into them.
 *
 * @param weights the current weights theta
 * @param adamMean AdamW's mean of gradients
 * @param adamVariance AdamW's mean of squared gradients
 * @param ema the average of the weights
 * @param step number of finished steps
 * @param stepsBefore steps of another run that moments and average have behind them besides; 0 unless it was forked with them
 */
public record ModelState(
        HostVector weights, HostVector adamMean, HostVector adamVariance, HostVector ema, long step, long stepsBefore)
        implements AutoCloseable {
    public ModelState {
        long size = weights.size();
        if (adamMean.size() != size || adamVariance.size() != size || ema.size() != size) {
            throw new IllegalArgumentException("weights, moments and average must have one length, have " + size + ", "
                    + adamMean.size() + ", " + adamVariance.size() + ", " + ema.size());
        }
        if (step < 0 || stepsBefore < 0) {
            throw new IllegalArgumentException("steps must be >= 0, were " + step + " and " + stepsBefore);
        }
    }

    /** Of a run whose moments are all its own. */
    public ModelState(HostVector weights, HostVector adamMean, HostVector adamVariance, HostVector ema, long step) {
        this(weights, adamMean, adamVariance, ema, step, 0);
    }

    /** Step 0 of a run that goes on from here with weights, moments and average; these vectors belong to it from here on. */
    public ModelState forked() {
        return new ModelState(weights, adamMean, adamVariance, ema, 0, step + stepsBefore);
    }

    /** An untrained network with torch's default initial values, fixed by the seed. */
    public static ModelState initial(UNet2DConfig config, long seed) {
        return startingFrom(UNet2D.layout(config).initialValues(seed));
    }

    /** Step 0 of a run that starts from these weights, as in fine-tuning; they belong to the state from here on. */
    public static ModelState startingFrom(HostVector weights) {
        try (Openings openings = new Openings()) {
            openings.add(weights);
            return openings.keep(new ModelState(
                    weights,
                    openings.add(HostVector.zeros(weights.size())),
                    openings.add(HostVector.zeros(weights.size())),
                    openings.add(weights.copy()),
                    0));
        }
    }

    /** True if a run can go on from it: one infinite weight makes every later loss NaN. */
    public boolean isFinite() {
        return weights.isFinite() && adamMean.isFinite() && adamVariance.isFinite() && ema.isFinite();
    }

    @Override
    public void close() {
        weights.close();
        adamMean.close();
        adamVariance.close();
        ema.close();
    }
}
