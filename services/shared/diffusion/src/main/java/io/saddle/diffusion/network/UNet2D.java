package io.saddle.diffusion.network;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import io.saddle.diffusion.torch.TorchProgram;
import io.saddle.diffusion.torch.TorchRuntime;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/**
 * A diffusers UNet2DModel compiled into TorchScript on one flat vector of weights. The weights are not part of it: one
 * compiled network serves any number of weight vectors and threads. All arguments of a call lie on one device.
 */
public final class UNet2D implements AutoCloseable {
    private final UNet2DConfig config;
    private final FlatLayout layout;
    /** With the methods of sums of gradients. */
    private final TorchProgram predictions;
    /** By variant, each from its first call on: who predicts is spared compiling them, and a training has one precision. */
    private final Map<String, TorchProgram> gradients = new ConcurrentHashMap<>();

    private UNet2D(UNet2DConfig config, FlatLayout layout, TorchProgram predictions) {
        this.config = config;
        this.layout = layout;
        this.predictions = predictions;
    }

    /** Compiles the network; takes about a tenth of a second. */
    public static UNet2D compile(UNet2DConfig config) {
        return new UNet2D(
                config,
                layout(config),
                new TorchProgram(predictions(config, TorchRuntime.get().device().isGpu())));
    }

    /** @param gpu whether there is one: then it has methods for that too, else it is spared compiling them */
    static String predictions(UNet2DConfig config, boolean gpu) {
        UNet2DScript full = processorScript(config, Precision.FP32);
        return predictions(full, variant(Precision.FP32, false))
                + predictions(processorScript(config, Precision.BF16), variant(Precision.BF16, false))
                + (gpu ? gpuPredictions(config) : "")
                + GradientScript.leafMethods(full.body());
    }

    static String gpuPredictions(UNet2DConfig config) {
        return predictions(gpuScript(config, Precision.FP32), variant(Precision.FP32, true))
                + predictions(gpuScript(config, Precision.BF16), variant(Precision.BF16, true));
    }

    private static String predictions(UNet2DScript script, String variant) {
        return script.network(variant) + script.predict(variant);
    }

    /** The method of gradients for a precision and a device, with what it calls. */
    static String gradient(UNet2DConfig config, Precision precision, boolean gpu) {
        String variant = variant(precision, gpu);
        if (!gpu) {
            return UNet2DScript.writtenGradient(variant, config, precision);
        }
        UNet2DScript script = gpuScript(config, precision);
        return script.network(variant) + script.gradient(variant);
    }

    private static UNet2DScript processorScript(UNet2DConfig config, Precision precision) {
        return new UNet2DScript(config, precision, new ChannelsLastBody(precision));
    }

    private static UNet2DScript gpuScript(UNet2DConfig config, Precision precision) {
        return new UNet2DScript(config, precision, new ScriptBody(precision == Precision.BF16));
    }

    /** What the names of the methods for a precision and a device end with. */
    private static String variant(Precision precision, boolean gpu) {
        return gpu ? precision + "_gpu" : precision.toString();
    }

    /**
     * Names, shapes and positions of the weights, without compiling the network.
     *
     * @throws ArithmeticException if there are more than one vector holds, 2^31
     */
    public static FlatLayout layout(UNet2DConfig config) {
        return new UNet2DScript(config, Precision.FP32).body().layout();
    }

    public UNet2DConfig config() {
        return config;
    }

    public FlatLayout layout() {
        return layout;
    }

    /** The output of a network without classes; see {@link #predict(NDArray, NDArray, NDArray, NDArray, Precision)}. */
    public NDArray predict(NDArray x, NDArray t, NDArray flat, Precision precision) {
        return predict(x, t, null, flat, precision);
    }

    /**
     * The network's output.
     *
     * @param x noisy images [B, C, H, W], float32; the result belongs to its manager
     * @param t timesteps [B], int64 or float32, which may lie between two
     * @param labels null for a network without classes, else classes [B], int64, for which {@link UNet2DConfig#labelProblem} is
     *     empty (one outside the table costs a GPU's context), or vectors [B, width of the time embedding], float32, for
     *     {@code class_embed_type} identity
     * @param flat weights, float32
     * @return [B, C', H, W], float32
     * @throws IllegalArgumentException if labels are missing, not asked for or of another shape
     */
    public NDArray predict(NDArray x, NDArray t, NDArray labels, NDArray flat, Precision precision) {
        requireLabels(x, labels);
        String method = "predict_" + variant(precision, x);
        return (labels == null ? predictions.call(method, x, t, flat) : predictions.call(method, x, t, labels, flat))
                .singletonOrThrow();
    }

    /** As the method with labels, for a network without classes. */
    public NDList lossAndGradient(
            NDArray x, NDArray t, NDArray target, NDArray rowWeights, NDArray flat, Precision precision) {
        return lossAndGradient(x, t, null, target, rowWeights, flat, precision);
    }

    /**
     * Squared errors and the gradient of their weighted sum.
     *
     * @param x noisy images [B, C, H, W], float32; the results belong to its manager
     * @param t timesteps [B], int64 or float32
     * @param labels as for {@link #predict(NDArray, NDArray, NDArray, NDArray, Precision)}
     * @param target what the network should return [B, C', H, W], float32
     * @param rowWeights [B], float32
     * @param flat weights [P], float32
     * @return the row losses [B], each the mean over a row's elements of its squared error, and the gradient [P] of
     *     sum_b rowWeights_b rowLoss_b
     * @throws IllegalArgumentException if labels are missing, not asked for or of another shape
     */
    public NDList lossAndGradient(
            NDArray x,
            NDArray t,
            NDArray labels,
            NDArray target,
            NDArray rowWeights,
            NDArray flat,
            Precision precision) {
        return GradientSum.of(
                predictions,
                flat,
                gradients(precision, x),
                gradientMethod(precision, x),
                arguments(x, t, labels, target, rowWeights));
    }

    /**
     * An empty sum of gradients at these weights.
     *
     * @param flat weights [P], float32: not to be changed as long as the sum is added to
     * @param scope closes the sum, if nobody has before
     */
    public GradientSum newSum(NDArray flat, NDManager scope) {
        return new GradientSum(predictions, flat, scope);
    }

    /**
     * Squared errors; the gradient of their weighted sum is added to {@code sum}. Arguments are those of {@link #lossAndGradient}.
     *
     * @return the row losses [B]
     */
    public NDArray addGradient(
            NDArray x,
            NDArray t,
            NDArray labels,
            NDArray target,
            NDArray rowWeights,
            GradientSum sum,
            Precision precision) {
        return sum.add(
                gradients(precision, x), gradientMethod(precision, x), arguments(x, t, labels, target, rowWeights));
    }

    private TorchProgram gradients(Precision precision, NDArray x) {
        return gradients.computeIfAbsent(
                variant(precision, x),
                variant -> new TorchProgram(
                        gradient(config, precision, x.getDevice().isGpu())));
    }

    private static String gradientMethod(Precision precision, NDArray x) {
        return "gradient_" + variant(precision, x);
    }

    private static String variant(Precision precision, NDArray x) {
        return variant(precision, x.getDevice().isGpu());
    }

    private NDArray[] arguments(NDArray x, NDArray t, NDArray labels, NDArray target, NDArray rowWeights) {
        requireLabels(x, labels);
        return labels == null
                ? new NDArray[] {x, t, target, rowWeights}
                : new NDArray[] {x, t, labels, target, rowWeights};
    }

    @Override
    public void close() {
        predictions.close();
        gradients.values().forEach(TorchProgram::close);
    }

    /** libtorch would stretch a single label over all rows. */
    private void requireLabels(NDArray x, NDArray labels) {
        if (config.classConditional() != (labels != null)) {
            throw new IllegalArgumentException(
                    labels == null
                            ? "the network takes " + config.inputs() + ": class labels are missing"
                            : "the network has no class embedding, but was given class labels");
        }
        if (labels != null) {
            long rows = x.getShape().get(0);
            Shape expected = UNet2DConfigCheck.IDENTITY.equals(config.classEmbedType())
                    ? new Shape(rows, config.timeWidth())
                    : new Shape(rows);
            if (!labels.getShape().equals(expected)) {
                throw new IllegalArgumentException(
                        "class labels must have the shape " + expected + ", have " + labels.getShape());
            }
        }
    }
}
