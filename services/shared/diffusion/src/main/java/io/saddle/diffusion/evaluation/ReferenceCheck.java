package io.saddle.diffusion.evaluation;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import io.saddle.diffusion.files.Tensor;
import io.saddle.diffusion.files.TensorFile;
import io.saddle.diffusion.network.ImageSize;
import io.saddle.diffusion.network.Precision;
import io.saddle.diffusion.network.UNet2D;
import io.saddle.diffusion.network.UNet2DConfig;
import io.saddle.diffusion.torch.HostVector;
import io.saddle.diffusion.torch.TorchRuntime;
import java.util.Arrays;

/**
 * Compares a network with recorded inputs and outputs: the tensors {@code sample} [B, C, H, W], {@code timestep} (a number, [1]
 * or [B]), {@code output} [B, C', H, W], for loss and gradient {@code target} [B, C', H, W], and for a class-conditional network
 * {@code class_labels} ([B], or vectors [B, width of the time embedding] for {@code class_embed_type} identity).
 *
 * @param output where the network's result is farthest from {@code output}
 * @param rows B
 * @param target null without {@code target}
 */
public record ReferenceCheck(LargestDifference output, long rows, Target target) {

    /**
     * Results that {@code target} makes possible.
     *
     * @param loss the mean squared error over all elements
     * @param gradientNorm the L2 norm of its gradient with respect to all weights
     */
    public record Target(double loss, double gradientNorm) {}

    /**
     * Runs the network.
     *
     * @param weights in the network's layout
     * @throws IllegalArgumentException naming the tensor that is missing or does not fit
     */
    public static ReferenceCheck run(UNet2D network, HostVector weights, TensorFile io) {
        UNet2DConfig config = network.config();
        Tensor sample = images(io, "sample", -1, config.inChannels(), null);
        int rows = Math.toIntExact(sample.shape()[0]);
        ImageSize size = new ImageSize((int) sample.shape()[2], (int) sample.shape()[3]);
        config.sizeProblem(size).ifPresent(problem -> {
            throw new IllegalArgumentException("tensor sample: " + problem);
        });
        float[] expected =
                images(io, "output", rows, config.outChannels(), size).toFloats();
        float[] target = io.tensors().containsKey("target")
                ? images(io, "target", rows, config.outChannels(), size).toFloats()
                : null;
        Shape outputShape = new Shape(rows, config.outChannels(), size.height(), size.width());
        float[] timesteps = numbers(io, "timestep", rows);
        try (NDManager manager = TorchRuntime.get().newManager()) {
            NDArray x = manager.create(sample.toFloats(), new Shape(sample.shape()));
            NDArray t = manager.create(timesteps);
            NDArray labels = config.classConditional() ? labels(config, io, rows, manager) : null;
            NDArray flat = weights.on(manager);
            float[] computed =
                    network.predict(x, t, labels, flat, Precision.FP32).toFloatArray();
            Target result = target == null
                    ? null
                    : target(network, x, t, labels, manager.create(target, outputShape), flat, rows, manager);
            return new ReferenceCheck(LargestDifference.of(expected, computed, outputShape.getShape()), rows, result);
        }
    }

    private static Target target(
            UNet2D network,
            NDArray x,
            NDArray t,
            NDArray labels,
            NDArray target,
            NDArray flat,
            int rows,
            NDManager manager) {
        float[] mean = new float[rows];
        Arrays.fill(mean, 1f / rows);
        NDList result = network.lossAndGradient(x, t, labels, target, manager.create(mean), flat, Precision.FP32);
        double loss = 0;
        for (float row : result.get(0).toFloatArray()) {
            loss += row / (double) rows;
        }
        try (HostVector gradient = HostVector.viewOf(result.get(1))) {
            return new Target(loss, gradient.norm());
        }
    }

    /** @param size null: any */
    private static Tensor images(TensorFile io, String name, int rows, int channels, ImageSize size) {
        Tensor tensor = io.get(name);
        long[] shape = tensor.shape();
        boolean fits = shape.length == 4
                && shape[1] == channels
                && (rows < 0 ? shape[0] > 0 : shape[0] == rows)
                && (size == null || (shape[2] == size.height() && shape[3] == size.width()));
        if (!fits || !tensor.type().isFloatingPoint()) {
            String wanted = "[" + (rows < 0 ? "B" : rows) + ", " + channels + ", "
                    + (size == null ? "H, W" : size.height() + ", " + size.width()) + "]";
            throw new IllegalArgumentException("tensor " + name + ": must be floating-point numbers of shape " + wanted
                    + ", was " + tensor.type() + " " + Arrays.toString(shape));
        }
        return tensor;
    }

    /** Rows of a table as int64; numbers and vectors as float32. */
    private static NDArray labels(UNet2DConfig config, TensorFile io, int rows, NDManager manager) {
        Tensor tensor = io.get("class_labels");
        boolean vectors = tensor.type().isFloatingPoint() && tensor.shape().length == 2;
        if (vectors) {
            return manager.create(tensor.toFloats(), new Shape(tensor.shape()));
        }
        float[] numbers = numbers(io, "class_labels", rows);
        if (config.numClassEmbeds() == null) {
            return manager.create(numbers);
        }
        long[] labels = new long[rows];
        for (int row = 0; row < rows; row++) {
            int label = (int) numbers[row];
            if (label != numbers[row] || config.labelProblem(label).isPresent()) {
                throw new IllegalArgumentException("tensor class_labels: must be whole numbers within 0.."
                        + (config.numClassEmbeds() - 1) + ", has " + numbers[row]);
            }
            labels[row] = label;
        }
        return manager.create(labels);
    }

    /** One for each row, as float32: the network embeds timesteps in that type. */
    private static float[] numbers(TensorFile io, String name, int rows) {
        Tensor tensor = io.get(name);
        long[] shape = tensor.shape();
        boolean one = shape.length == 0 || (shape.length == 1 && shape[0] == 1);
        if (!one && (shape.length != 1 || shape[0] != rows)) {
            throw new IllegalArgumentException("tensor " + name + ": must have the shape [], [1] or [" + rows
                    + "] (the rows of sample), was " + Arrays.toString(shape));
        }
        float[] values = tensor.type().isFloatingPoint() ? tensor.toFloats() : toFloats(tensor.toLongs());
        float[] numbers = new float[rows];
        for (int row = 0; row < rows; row++) {
            numbers[row] = values[one ? 0 : row];
        }
        return numbers;
    }

    private static float[] toFloats(long[] values) {
        float[] floats = new float[values.length];
        for (int i = 0; i < values.length; i++) {
            floats[i] = values[i];
        }
        return floats;
    }
}
