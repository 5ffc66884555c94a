package io.saddle.diffusion.training;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import io.saddle.diffusion.torch.TorchRuntime;

/** A device beside the primary one that takes part in a run's steps, with a copy of the weights. */
final class Replica implements AutoCloseable {
    private final NDManager manager;
    private final NDArray weights;

    /** @param size length of the vector of weights, which is 0 until they are {@linkplain #refresh refreshed} */
    Replica(Device device, long size) {
        manager = TorchRuntime.get().newManager(device);
        weights = manager.zeros(new Shape(size));
    }

    /** Takes over the weights of the primary device, which have changed. */
    void refresh(FlatOps ops, NDArray primary) {
        ops.assign(weights, primary);
    }

    /** The step as this device's shards do it. Its gradients are closed by who adds them up. */
    GradientShard.Step of(GradientShard.Step step) {
        return step.on(weights, manager);
    }

    @Override
    public void close() {
        manager.close();
    }
}
