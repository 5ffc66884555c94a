package io.saddle.diffusion.network;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import io.saddle.diffusion.torch.HostTensor;
import io.saddle.diffusion.torch.HostVector;
import io.saddle.diffusion.torch.TorchRuntime;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;

/** A U-Net with its weights, on Java arrays. Thread-safe. The network itself is not closed with it. */
public final class NoisePredictor implements AutoCloseable {
    /** Rows of a call that fill a processor; without a gradient they take a fraction of a training step's memory. */
    public static final int BATCH = 64;

    private final UNet2D network;
    private final Precision precision;
    private final NDManager manager;
    private final NDArray weights;
    /** On other devices, made when they are first asked for. */
    private final Map<Device, NoisePredictor> elsewhere = new ConcurrentHashMap<>();

    /**
     * @param network compiled; it serves other weights at the same time
     * @param weights flat, in the network's layout; read for as long as the predictor lives, and not closed with it
     * @throws IllegalArgumentException if there are more or fewer than the network has
     */
    public NoisePredictor(UNet2D network, HostVector weights, Precision precision) {
        if (weights.size() != network.layout().size()) {
            throw new IllegalArgumentException(
                    "the network has " + network.layout().size() + " weights, got " + weights.size()
                            + "; they belong to another configuration");
        }
        this.network = network;
        this.precision = precision;
        manager = TorchRuntime.get().newManager();
        this.weights = weights.on(manager);
    }

    private NoisePredictor(UNet2D network, Precision precision, NDManager manager, NDArray weights) {
        this.network = network;
        this.precision = precision;
        this.manager = manager;
        this.weights = weights;
    }

    /** The same network and weights in another precision, for as long as this one is open; it is not to be closed. */
    public NoisePredictor in(Precision other) {
        return other == precision ? this : new NoisePredictor(network, other, manager, weights);
    }

    /**
     * The same network with a copy of the weights on a device, where they are not there already. For as long as this one is open; it is
     * not to be closed.
     */
    public NoisePredictor on(Device device) {
        return device.equals(manager.getDevice()) ? this : elsewhere.computeIfAbsent(device, this::copy);
    }

    private NoisePredictor copy(Device device) {
        NDManager there = manager.newSubManager(device);
        NDArray copied = weights.toDevice(device, true);
        copied.attach(there);
        return new NoisePredictor(network, precision, there, copied);
    }

    public UNet2DConfig config() {
        return network.config();
    }

    /** The output of a network without classes. */
    public float[] predict(float[] x, float[] t) {
        return predict(x, t, null);
    }

    /**
     * The network's output for a batch.
     *
     * @param x noisy images, rows x C x H x W values
     * @param t time of each row: a timestep of training, or between two
     * @param labels class of each row; null for a network without classes
     * @return rows x C' x H x W values
     * @throws IllegalArgumentException if labels are missing, not asked for, or not the network's
     */
    public float[] predict(float[] x, float[] t, int[] labels) {
        if (labels != null) {
            requireLabels(labels);
        }
        UNet2DConfig config = network.config();
        int rows = t.length;
        Shape shape = new Shape(rows, config.inChannels(), config.height(), config.width());
        try (NDManager scope = manager.newSubManager()) {
            NDArray images = new HostTensor(x.length * Float.BYTES).floats(scope, x, 0, shape);
            NDArray timesteps = new HostTensor(rows * Float.BYTES).floats(scope, t, 0, new Shape(rows));
            NDArray classes = labels == null
                    ? null
                    : new HostTensor(labels.length * Long.BYTES).longs(scope, labels, 0, labels.length);
            return network.predict(images, timesteps, classes, weights, precision)
                    .toFloatArray();
        }
    }

    private void requireLabels(int[] labels) {
        for (int row = 0; row < labels.length; row++) {
            Optional<String> problem = config().labelProblem(labels[row]);
            if (config().classConditional() && problem.isPresent()) {
                throw new IllegalArgumentException("row " + row + ": " + problem.get());
            }
        }
    }

    @Override
    public void close() {
        manager.close();
    }
}
