package io.saddle.lab.experiment.slot;

import ai.djl.ndarray.NDArray;
import io.saddle.diffusion.torch.HostVector;

/**
 * The outer step of DiLoCo (Douillard and others 2023, algorithm 1): gradient descent with Nesterov's momentum on what the slots came to.
 *
 * <pre>
 * d = base - mean
 * v = momentum v + d
 * theta = base - learningRate (d + momentum v)
 * </pre>
 *
 * @param learningRate 1 with a momentum of 0: the mean itself
 * @param momentum 0 to below 1
 */
record OuterStep(double learningRate, double momentum) {

    static final OuterStep MEAN = new OuterStep(1, 0);

    OuterStep {
        if (!(learningRate > 0) || !(momentum >= 0 && momentum < 1)) {
            throw new IllegalArgumentException(
                    "the outer step needs a learning rate > 0 and a momentum of 0 to below 1, not " + learningRate
                            + " and " + momentum);
        }
    }

    /**
     * Goes from what every slot began with.
     *
     * @param mean of the slots' weights; becomes theta
     * @param velocity v; becomes the next one
     */
    void take(HostVector base, HostVector mean, HostVector velocity) {
        if (equals(MEAN)) {
            return;
        }
        NDArray v = velocity.array();
        NDArray theta = mean.array();
        try (NDArray difference = base.array().sub(theta);
                NDArray decayed = v.mul(momentum).add(difference);
                NDArray step = decayed.mul(momentum).add(difference).mul(learningRate)) {
            base.array().copyTo(theta);
            theta.subi(step);
            decayed.copyTo(v);
        }
    }
}
