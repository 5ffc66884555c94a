package io.saddle.diffusion.network;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import io.saddle.diffusion.torch.HostTensor;
import io.saddle.diffusion.torch.TorchRuntime;

/** A U-Net with its weights, on Java arrays. Thread-safe. The network itself is not closed with it. */
public final class NoisePredictor implements AutoCloseable {
    /** Rows of a call that fill a processor; without a gradient they take a fraction of a training step's memory. */
    public static final int BATCH = 64;

    private final UNet2D network;
    private final Precision precision;
    private final NDManager manager;
    private final NDArray weights;

    /**
     * @param network compiled; it serves other weights at the same time
     * @param weights flat, in the network's layout
     * @throws IllegalArgumentException if there are more or fewer than the network has
     */
    public NoisePredictor(UNet2D network, float[] weights, Precision precision) {
        if (weights.length != network.layout().size()) {
            throw new IllegalArgumentException(
                    "the network has " + network.layout().size() + " weights, got " + weights.length
                            + "; they belong to another configuration");
        }
        this.network = network;
        this.precision = precision;
        manager = TorchRuntime.get().newManager();
        this.weights = manager.create(weights);
    }

    public UNet2DConfig config() {
        return network.config();
    }

    /**
     * The network's output for a batch.
     *
     * @param x noisy images, rows x C x H x W values
     * @param t timestep of each row
     * @return rows x C' x H x W values
     */
    public float[] predict(float[] x, int[] t) {
        UNet2DConfig config = network.config();
        int rows = t.length;
        Shape shape = new Shape(rows, config.inChannels(), config.height(), config.width());
        try (NDManager scope = manager.newSubManager()) {
            NDArray images = new HostTensor(x.length * Float.BYTES).floats(scope, x, 0, shape);
            NDArray timesteps = new HostTensor(rows * Long.BYTES).longs(scope, t, 0, rows);
            return network.predict(images, timesteps, weights, precision).toFloatArray();
        }
    }

    @Override
    public void close() {
        manager.close();
    }
}
