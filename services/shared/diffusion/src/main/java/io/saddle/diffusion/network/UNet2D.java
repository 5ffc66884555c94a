package io.saddle.diffusion.network;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import io.saddle.diffusion.torch.TorchProgram;

/**
 * A diffusers UNet2DModel compiled into TorchScript on one flat vector of weights. The weights are not part of it: one
 * compiled network serves any number of weight vectors and threads. All arguments of a call lie on one device.
 */
public final class UNet2D implements AutoCloseable {
    private final UNet2DConfig config;
    private final FlatLayout layout;
    private final TorchProgram program;

    private UNet2D(UNet2DConfig config, FlatLayout layout, TorchProgram program) {
        this.config = config;
        this.layout = layout;
        this.program = program;
    }

    /** Compiles the network; takes some tens of milliseconds. */
    public static UNet2D compile(UNet2DConfig config) {
        StringBuilder source = new StringBuilder();
        for (Precision precision : Precision.values()) {
            UNet2DScript script = new UNet2DScript(config, precision);
            source.append(script.method("predict_" + precision));
            source.append(GradientScript.method(
                    "gradient_" + precision,
                    "x: Tensor, t: Tensor, target: Tensor",
                    "    out = (self).predict_" + precision + "(x, t, leaf)\n"
                            + "    rows = torch.mean(torch.flatten(torch.mse_loss(out, target, "
                            + GradientScript.NO_REDUCTION + "), 1), [1])\n"));
        }
        return new UNet2D(config, layout(config), new TorchProgram(source.toString()));
    }

    /** Names, shapes and positions of the weights, without compiling the network. */
    public static FlatLayout layout(UNet2DConfig config) {
        return new UNet2DScript(config, Precision.FP32).layout();
    }

    public UNet2DConfig config() {
        return config;
    }

    public FlatLayout layout() {
        return layout;
    }

    /**
     * The network's output.
     *
     * @param x noisy images [B, C, H, W], float32; the result belongs to its manager
     * @param t timesteps [B], int64
     * @param flat weights, float32
     * @return [B, C', H, W], float32
     */
    public NDArray predict(NDArray x, NDArray t, NDArray flat, Precision precision) {
        return program.call("predict_" + precision, x, t, flat).singletonOrThrow();
    }

    /**
     * Squared errors and the gradient of their weighted sum.
     *
     * @param x noisy images [B, C, H, W], float32; the results belong to its manager
     * @param t timesteps [B], int64
     * @param target what the network should return [B, C', H, W], float32
     * @param rowWeights [B], float32
     * @param flat weights [P], float32
     * @return the row losses [B], each the mean over a row's elements of its squared error, and the gradient [P] of
     *     sum_b rowWeights_b rowLoss_b
     */
    public NDList lossAndGradient(
            NDArray x, NDArray t, NDArray target, NDArray rowWeights, NDArray flat, Precision precision) {
        return program.call("gradient_" + precision, x, t, target, rowWeights, flat);
    }

    @Override
    public void close() {
        program.close();
    }
}
