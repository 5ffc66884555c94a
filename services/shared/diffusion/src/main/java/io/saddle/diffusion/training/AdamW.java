package io.saddle.diffusion.training;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import io.saddle.diffusion.torch.HostVector;
import java.util.List;

/**
 * AdamW (Loshchilov and Hutter 2019, "Decoupled Weight Decay Regularization", algorithm 2) on one flat vector of weights, with
 * the numbers of torch.optim.AdamW. Step s along the gradient g:
 *
 * <pre>
 * theta = theta - lr decay theta
 * m = beta1 m + (1 - beta1) g
 * v = beta2 v + (1 - beta2) g^2
 * theta = theta - lr (m / (1 - beta1^s)) / (sqrt(v / (1 - beta2^s)) + epsilon)
 * </pre>
 *
 * The state is open, so that it can be checkpointed. Its arrays belong to the manager handed in.
 */
public final class AdamW {
    private final AdamWSettings settings;
    private final FlatOps ops;
    private final NDArray weights;
    private final NDArray mean;
    private final NDArray variance;
    private final NDArray steps;

    /**
     * @param size length of the vector of weights; everything starts at 0
     */
    public AdamW(AdamWSettings settings, FlatOps ops, NDManager manager, long size) {
        this.settings = settings;
        this.ops = ops;
        weights = manager.zeros(new Shape(size));
        mean = manager.zeros(new Shape(size));
        variance = manager.zeros(new Shape(size));
        steps = manager.create(0f);
    }

    /** Overwrites the state; {@code step} is the number of steps that led to the moments. */
    public void set(HostVector newWeights, HostVector newMean, HostVector newVariance, long step) {
        ops.assign(weights, newWeights);
        ops.assign(mean, newMean);
        ops.assign(variance, newVariance);
        steps.set(new float[] {step});
    }

    /**
     * One step along this gradient, in place.
     *
     * @param gradient in parts, in the order of the weights, however many
     */
    public void step(List<NDArray> gradient, double learningRate) {
        ops.adamW(settings, learningRate, weights, gradient, mean, variance, steps);
    }

    /** The weights theta themselves, not a copy. */
    public NDArray weights() {
        return weights;
    }

    /** The decayed mean of gradients, m. */
    public NDArray mean() {
        return mean;
    }

    /** The decayed mean of squared gradients, v. */
    public NDArray variance() {
        return variance;
    }
}
