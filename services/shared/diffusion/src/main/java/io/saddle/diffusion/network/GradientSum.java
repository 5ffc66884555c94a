package io.saddle.diffusion.network;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import java.util.List;

/**
 * The sum of the gradients of several calls of {@link UNet2D#addGradient}: libtorch adds what the backward pass finds of a parameter to
 * what there is of it, so that no gradient of a single call is ever held as a whole. One thread at a time.
 */
public final class GradientSum implements AutoCloseable {
    private final NDManager manager;
    private final List<NDArray> leaves;

    /** @param leaves views of the weights that libtorch keeps gradients of; like {@code manager}, they belong to the sum */
    GradientSum(NDManager manager, NDList leaves) {
        this.manager = manager;
        this.leaves = List.copyOf(leaves);
        this.leaves.forEach(leaf -> leaf.attach(manager));
    }

    List<NDArray> leaves() {
        return leaves;
    }

    @Override
    public void close() {
        manager.close();
    }
}
