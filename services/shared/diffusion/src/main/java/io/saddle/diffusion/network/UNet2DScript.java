package io.saddle.diffusion.network;

import io.saddle.diffusion.torch.ScalarType;
import io.saddle.diffusion.torch.TorchProgram;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;

/**
 * Walks a {@link UNet2DConfig} once and writes the forward pass of diffusers' UNet2DModel with its parameters' names. Input x
 * [B, C, H, W], t [B] and, where there are classes, c [B] or [B, width of the time embedding], result [B, C', H, W].
 */
final class UNet2DScript {
    private static final double LOG_MAX_PERIOD = Math.log(10_000);
    /** Pixels of the largest image whose attention, forward and backward, is faster by products, with heads of 8 channels. */
    private static final int SMALL_IMAGE = 100;

    private static final int SMALL_IMAGE_BF16 = 256;
    /** Pixels from which on libtorch finds shares faster in bfloat16 than by way of float32. */
    private static final int HALF_SHARES = 64;

    private final UNet2DConfig config;
    private final Precision precision;
    private final boolean half;
    private final ScriptBody body;
    private final Deque<Skip> skips = new ArrayDeque<>();
    private final String result;
    private String time;

    private record Skip(String variable, int channels) {}

    UNet2DScript(UNet2DConfig config, Precision precision) {
        this(config, precision, new ScriptBody());
    }

    /** @param body how layers are written; empty yet */
    UNet2DScript(UNet2DConfig config, Precision precision, ScriptBody body) {
        this.config = config;
        this.precision = precision;
        this.body = body;
        half = precision == Precision.BF16;
        result = forward();
    }

    ScriptBody body() {
        return body;
    }

    /** Declarations of what the network is asked about: x and t, and c where there are classes. */
    private static String arguments(UNet2DConfig config) {
        return config.classConditional() ? "x: Tensor, t: Tensor, c: Tensor" : "x: Tensor, t: Tensor";
    }

    /** {@code network_NAME(arguments, leaves)}: the output, float32, from what {@link ScriptBody#leaves} gives of the weights. */
    String network(String name) {
        return body.method(
                signature("network_" + name, "leaves: List[Tensor]"),
                inputs(),
                precision,
                half ? ScalarType.FLOAT32.cast(result) : result);
    }

    private String inputs() {
        return "    x0 = " + cast("x") + "\n" + sinusoids("t", "t0") + "    te = " + cast("t0") + "\n" + classInputs();
    }

    /** {@code predict_NAME(arguments, flat)}: the output of the {@link #network} of this name. */
    String predict(String name) {
        return "  def " + signature("predict_" + name, "flat: Tensor") + ":\n" + "    return " + call(name)
                + body.leaves("flat") + ")\n";
    }

    /**
     * {@code gradient_NAME(arguments, target, w, leaves)}: the row losses [B] of the {@link #network} of this name; adds to each of the
     * {@code leaves} its gradient of sum_b w_b rowLoss_b.
     */
    String gradient(String name) {
        return GradientScript.method(
                "gradient_" + name,
                arguments(config) + ", target: Tensor",
                "    out = " + call(name) + "leaves)\n"
                        + "    rows = torch.mean(torch.flatten(torch.mse_loss(out, target, "
                        + GradientScript.NO_REDUCTION + "), 1), [1])\n");
    }

    /** As {@link #gradient}, with the backward pass written out. */
    static String writtenGradient(String name, UNet2DConfig config, Precision precision) {
        GradientBody body = new GradientBody(precision);
        UNet2DScript script = new UNet2DScript(config, precision, body);
        return body.method(
                script.signature("gradient_" + name, "target: Tensor, w: Tensor, leaves: List[Tensor]"),
                "    mode = torch.is_grad_enabled()\n    torch.set_grad_enabled(False)\n" + script.inputs(),
                precision,
                body.backward(script.result));
    }

    private String call(String network) {
        return "(self).network_" + network + "(" + (config.classConditional() ? "x, t, c" : "x, t") + ", ";
    }

    private String signature(String name, String more) {
        return name + "(self: " + TorchProgram.SELF + ", " + arguments(config) + ", " + more + ") -> Tensor";
    }

    private String cast(String x) {
        return half ? ScalarType.BFLOAT16.cast(x) : x;
    }

    private String forward() {
        List<Integer> channels = config.blockOutChannels();
        int first = channels.get(0);
        time = body.byAutograd(() -> body.silu(embedding()));
        String x = config.centerInputSample() ? body.op("torch.sub(torch.mul(x0, 2), 1)") : "x0";
        x = body.conv2d("conv_in", body.input(x, config.inChannels()), config.inChannels(), first, 3, 1, 1);
        x = body.enter(x, pixels(0));
        skips.push(new Skip(x, first));
        for (int level = 0; level < config.levels(); level++) {
            x = down(level, x);
        }
        x = middle(x);
        for (int i = 0; i < config.levels(); i++) {
            x = up(i, x);
        }
        x = body.normedSilu("conv_norm_out", x, null, first, config.normNumGroups(), config.normEps());
        return body.inOrder(body.conv2d("conv_out", x, first, config.outChannels(), 3, 1, 1));
    }

    /**
     * Sinusoidal embedding in float32, with the operations in diffusers' order: a rounding error in a frequency is
     * multiplied by the number.
     */
    private String sinusoids(String number, String variable) {
        int width = config.blockOutChannels().get(0);
        int half = width / 2;
        String order = config.flipSinToCos() ? "torch.cos(a), torch.sin(a)" : "torch.sin(a), torch.cos(a)";
        String joined = "torch.cat([" + order + "], 1)";
        return "    i = torch.arange(" + half + ", dtype=" + ScalarType.FLOAT32.text()
                + ", layout=None, device=ops.prim.device(x), pin_memory=False)\n"
                + "    e = torch.div(torch.mul(i, " + -LOG_MAX_PERIOD + "), " + (double) (half - config.freqShift())
                + ")\n"
                + "    a = torch.mul(torch.unsqueeze(" + ScalarType.FLOAT32.cast(number)
                + ", 1), torch.unsqueeze(torch.exp(e), 0))\n"
                + "    " + variable + " = "
                + (width % 2 == 0 ? joined : "torch.constant_pad_nd(" + joined + ", [0, 1], 0)") + "\n";
    }

    private String classInputs() {
        if (UNet2DConfigCheck.TIMESTEP.equals(config.classEmbedType())) {
            return sinusoids("c", "c0") + "    ce = " + cast("c0") + "\n";
        }
        return UNet2DConfigCheck.IDENTITY.equals(config.classEmbedType()) ? "    ce = " + cast("c") + "\n" : "";
    }

    /** The embedding of the timestep, plus that of the class. */
    private String embedding() {
        String timestep = mlp("time_embedding", "te");
        return config.classConditional() ? body.op("torch.add(%s, %s)", timestep, classEmbedding()) : timestep;
    }

    private String classEmbedding() {
        if (config.classEmbedType() == null) {
            return cast(body.embedding("class_embedding", "c", config.numClassEmbeds(), config.timeWidth()));
        }
        return config.classEmbedType().equals(UNet2DConfigCheck.TIMESTEP) ? mlp("class_embedding", "ce") : "ce";
    }

    private String mlp(String name, String sinusoids) {
        int width = config.timeWidth();
        String hidden = body.linear(
                name + ".linear_1", sinusoids, config.blockOutChannels().get(0), width);
        return body.linear(name + ".linear_2", body.silu(hidden), width, width);
    }

    private String down(int level, String x) {
        String name = "down_blocks." + level;
        int out = config.blockOutChannels().get(level);
        int in = level == 0 ? out : config.blockOutChannels().get(level - 1);
        boolean attention =
                UNet2DConfigCheck.hasAttention(config.downBlockTypes().get(level));
        for (int i = 0; i < config.layersPerBlock(); i++) {
            x = residual(name + ".resnets." + i, x, i == 0 ? in : out, out, 1);
            if (attention) {
                x = attention(name + ".attentions." + i, x, level, out, config.normNumGroups(), 1);
            }
            skips.push(new Skip(x, out));
        }
        if (level < config.levels() - 1) {
            int padding = config.downsamplePadding();
            String padded = padding == 0 ? body.padded(x) : x;
            x = body.conv2d(name + ".downsamplers.0.conv", padded, out, out, 3, 2, padding);
            x = body.enter(x, pixels(level + 1));
            skips.push(new Skip(x, out));
        }
        return x;
    }

    private String middle(String x) {
        if (!config.midBlock()) {
            return x;
        }
        int channels = config.blockOutChannels().get(config.levels() - 1);
        double scale = config.midBlockScaleFactor();
        Integer groups = config.attnNormNumGroups();
        x = residual("mid_block.resnets.0", x, channels, channels, scale);
        if (config.addAttention()) {
            x = attention(
                    "mid_block.attentions.0",
                    x,
                    config.levels() - 1,
                    channels,
                    groups == null ? config.normNumGroups() : groups,
                    scale);
        }
        return residual("mid_block.resnets.1", x, channels, channels, scale);
    }

    private String up(int index, String x) {
        String name = "up_blocks." + index;
        int level = config.levels() - 1 - index;
        int out = config.blockOutChannels().get(level);
        int in = index == 0 ? out : config.blockOutChannels().get(level + 1);
        boolean attention = UNet2DConfigCheck.hasAttention(config.upBlockTypes().get(index));
        for (int i = 0; i <= config.layersPerBlock(); i++) {
            Skip skip = skips.pop();
            int channels = i == 0 ? in : out;
            String joined = body.joined(x, channels, skip.variable(), skip.channels());
            x = residual(name + ".resnets." + i, joined, channels + skip.channels(), out, 1);
            if (attention) {
                x = attention(name + ".attentions." + i, x, level, out, config.normNumGroups(), 1);
            }
        }
        if (level > 0) {
            x = body.doubledConv2d(name + ".upsamplers.0.conv", body.enter(x, pixels(level - 1)), out, out);
        }
        return x;
    }

    /** ResnetBlock2D: the time embedding is added between the two convolutions. */
    private String residual(String name, String x, int in, int out, double scale) {
        String h = body.normedSilu(name + ".norm1", x, null, in, config.normNumGroups(), config.normEps());
        h = body.conv2d(name + ".conv1", h, in, out, 3, 1, 1);
        String shift = body.linear(name + ".time_emb_proj", time, config.timeWidth(), out);
        h = body.normedSilu(name + ".norm2", h, shift, out, config.normNumGroups(), config.normEps());
        String sum = in == out
                ? body.addTo(body.conv2d(name + ".conv2", h, out, out, 3, 1, 1), x)
                : body.conv2dPlusPointwise(name + ".conv2", h, name + ".conv_shortcut", x, in, out);
        return body.rescale(sum, scale);
    }

    /** Self-attention whose q, k and v are as wide as all whole heads together. */
    private String attention(String name, String image, int level, int channels, int groups, double scale) {
        int headDim = config.attentionHeadDim() == null ? channels : config.attentionHeadDim();
        int heads = channels / headDim;
        int pixels = pixels(level);
        boolean small = pixels <= (half ? SMALL_IMAGE_BF16 : SMALL_IMAGE);
        String mixed = body.byAutograd(body.inOrder(image), x -> {
            String normed = body.groupNorm(
                    name + ".group_norm", body.op("torch.flatten(%s, 2)", x), channels, groups, config.normEps());
            return small
                    ? body.attentionByProducts(name, x, normed, channels, heads, headDim, half && pixels < HALF_SHARES)
                    : body.attention(name, x, normed, channels, heads, headDim);
        });
        return body.asHere(body.rescale(mixed, scale));
    }

    private int pixels(int level) {
        return config.sampleSize() == null ? Integer.MAX_VALUE : (config.height() >> level) * (config.width() >> level);
    }
}
