package io.saddle.diffusion.network;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import io.saddle.diffusion.torch.TorchProgram;

/**
 * A small convolutional classifier, compiled like {@link UNet2D}: twice (3x3 convolution, ReLU, 2x2 maximum), then a linear
 * layer to the features with ReLU and one to the classes.
 */
public final class ConvClassifier implements AutoCloseable {
    /** Width of the penultimate layer. */
    public static final int FEATURES = 64;

    private static final int FIRST = 16;
    private static final int SECOND = 32;

    private final FlatLayout layout;
    private final TorchProgram program;

    private ConvClassifier(FlatLayout layout, TorchProgram program) {
        this.layout = layout;
        this.program = program;
    }

    /**
     * @param height at least 4, like {@code width}
     * @param classes number of classes, at least 2
     */
    public static ConvClassifier compile(int channels, int height, int width, int classes) {
        if (height < 4 || width < 4 || classes < 2) {
            throw new IllegalArgumentException("a classifier needs images of at least 4x4 and 2 classes, got " + height
                    + "x" + width + " and " + classes);
        }
        ScriptBody body = new ScriptBody();
        String h = pooled(body, body.conv2d("conv1", "x", channels, FIRST, 3, 1, 1));
        h = pooled(body, body.conv2d("conv2", h, FIRST, SECOND, 3, 1, 1));
        int flat = SECOND * (height / 4) * (width / 4);
        String features =
                body.op("torch.relu(%s)", body.linear("features", body.op("torch.flatten(%s, 1)", h), flat, FEATURES));
        String logits = body.linear("classes", features, FEATURES, classes);
        String both = "(self: " + TorchProgram.SELF + ", x: Tensor, %s) -> Tuple[Tensor, Tensor]";
        String source = body.method(
                        "network" + both.formatted("leaves: List[Tensor]"),
                        "",
                        Precision.FP32,
                        "(" + features + ", " + logits + ")")
                + "  def forwardBoth" + both.formatted("flat: Tensor") + ":\n"
                + "    return (self).network(x, " + body.leaves("flat") + ")\n"
                + GradientScript.method(
                        "gradient",
                        "x: Tensor, labels: Tensor",
                        "    _0, logits, = (self).network(x, leaves)\n"
                                + "    rows = torch.cross_entropy_loss(logits, labels, None, "
                                + GradientScript.NO_REDUCTION + ")\n")
                + GradientScript.leafMethods(body);
        return new ConvClassifier(body.layout(), new TorchProgram(source));
    }

    public FlatLayout layout() {
        return layout;
    }

    /**
     * @param x images [B, C, H, W]
     * @param flat weights
     * @return features [B, 64] and logits [B, classes]
     */
    public NDList forward(NDArray x, NDArray flat) {
        return program.call("forwardBoth", x, flat);
    }

    /**
     * Cross entropy of each row, and the gradient of its weighted sum.
     *
     * @param x images [B, C, H, W]
     * @param labels classes [B], int64
     * @param rowWeights [B]
     * @param flat weights
     */
    public NDList lossAndGradient(NDArray x, NDArray labels, NDArray rowWeights, NDArray flat) {
        return GradientSum.of(program, flat, "gradient", x, labels, rowWeights);
    }

    @Override
    public void close() {
        program.close();
    }

    private static String pooled(ScriptBody body, String x) {
        return body.op("torch.max_pool2d(torch.relu(%s), [2, 2], [2, 2])", x);
    }
}
