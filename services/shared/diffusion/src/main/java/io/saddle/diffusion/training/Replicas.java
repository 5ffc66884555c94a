package io.saddle.diffusion.training;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import io.saddle.diffusion.network.GradientSum;
import io.saddle.diffusion.torch.Openings;
import io.saddle.diffusion.torch.TorchRuntime;
import java.util.List;

/** The devices of a training run beside the primary one. A run on one device has none, and no vector here. */
final class Replicas implements AutoCloseable {
    private final FlatOps ops;
    private final Replica[] replicas;
    private final NDManager manager;
    /** Takes the gradients of other devices to the primary one, one after the other; null without any. */
    private final NDArray staging;

    /**
     * @param devices of the run, the primary first
     * @param size length of the vector of weights
     */
    Replicas(List<Device> devices, FlatOps ops, long size) {
        this.ops = ops;
        replicas = new Replica[devices.size() - 1];
        try (Openings openings = new Openings()) {
            for (int i = 0; i < replicas.length; i++) {
                replicas[i] = openings.add(new Replica(devices.get(i + 1), size));
            }
            manager = openings.add(TorchRuntime.get().newManager(devices.get(0)));
            staging = replicas.length == 0 ? null : manager.zeros(new Shape(size));
            openings.keep(this);
        }
    }

    /** @param device its place among the run's, from 1 on: the primary one is none of these */
    Replica get(int device) {
        return replicas[device - 1];
    }

    /** Takes the primary device's weights to all others. */
    void refresh(NDArray primary) {
        for (Replica replica : replicas) {
            replica.refresh(ops, primary);
        }
    }

    /** Adds another device's gradient to one of the primary device, and closes it. */
    void add(GradientSum total, GradientSum elsewhere) {
        try (elsewhere;
                NDList parts = ops.copy(staging, elsewhere.parts())) {
            total.add(parts);
        }
    }

    @Override
    public void close() {
        manager.close();
        for (Replica replica : replicas) {
            replica.close();
        }
    }
}
