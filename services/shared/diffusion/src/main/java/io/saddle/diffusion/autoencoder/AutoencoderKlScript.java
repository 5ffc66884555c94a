package io.saddle.diffusion.autoencoder;

import io.saddle.diffusion.network.Precision;
import io.saddle.diffusion.network.ScriptBody;
import io.saddle.diffusion.torch.ScalarType;
import java.util.List;

/** Writes the two halves of an {@link AutoencoderKlConfig} with the names of diffusers. */
final class AutoencoderKlScript {
    private static final double EPS = 1e-6;
    private static final double LEAST_LOG_VARIANCE = -30;
    private static final double MOST_LOG_VARIANCE = 20;

    private final AutoencoderKlConfig config;
    private final boolean half;
    private final String name;
    private final ScriptBody body;

    private AutoencoderKlScript(AutoencoderKlConfig config, Precision precision, boolean gpu, String name) {
        this.config = config;
        this.name = name;
        half = precision == Precision.BF16;
        body = new ScriptBody(half && gpu);
    }

    /**
     * Images -1..1 to mean and log-variance of raw latents.
     *
     * @param gpu whether it is for a GPU, as opposed to the CPU
     */
    static AutoencoderHalf encoder(AutoencoderKlConfig config, Precision precision, boolean gpu) {
        AutoencoderKlScript script = new AutoencoderKlScript(config, precision, gpu, "encoder");
        return new AutoencoderHalf(script.body, script.encode());
    }

    /**
     * Raw latents to images -1..1.
     *
     * @param gpu whether it is for a GPU, as opposed to the CPU
     */
    static AutoencoderHalf decoder(AutoencoderKlConfig config, Precision precision, boolean gpu) {
        AutoencoderKlScript script = new AutoencoderKlScript(config, precision, gpu, "decoder");
        return new AutoencoderHalf(script.body, List.of(script.decode()));
    }

    private List<String> encode() {
        int last = config.blockOutChannels().size() - 1;
        int moments = 2 * config.latentChannels();
        String x = conv("encoder.conv_in", input(), config.imageChannels(), channels(0));
        for (int level = 0; level <= last; level++) {
            x = down(level, x, level == last);
        }
        x = middle(x);
        x = normed("encoder.conv_norm_out", x, channels(last));
        x = conv("encoder.conv_out", x, channels(last), moments);
        if (config.quantConv()) {
            x = body.pointwise("quant_conv", x, moments, moments);
        }
        String mean = body.op("torch.slice(%s, 1, 0, %d)", x, config.latentChannels());
        String logVariance = body.op("torch.slice(%s, 1, %d, %d)", x, config.latentChannels(), moments);
        return List.of(mean, body.op("torch.clamp(%s, %s, %s)", logVariance, LEAST_LOG_VARIANCE, MOST_LOG_VARIANCE));
    }

    private String decode() {
        int last = config.blockOutChannels().size() - 1;
        int latents = config.latentChannels();
        String x = input();
        if (config.postQuantConv()) {
            x = body.pointwise("post_quant_conv", x, latents, latents);
        }
        x = middle(conv("decoder.conv_in", x, latents, channels(last)));
        for (int level = last; level >= 0; level--) {
            x = up(last - level, x, channels(Math.min(level + 1, last)), channels(level), level == 0);
        }
        x = normed("decoder.conv_norm_out", x, channels(0));
        return conv("decoder.conv_out", x, channels(0), config.imageChannels());
    }

    private String input() {
        return half ? body.op(ScalarType.BFLOAT16.cast("x")) : "x";
    }

    private int channels(int level) {
        return config.blockOutChannels().get(level);
    }

    /** DownEncoderBlock2D. */
    private String down(int level, String x, boolean last) {
        String block = "encoder.down_blocks." + level;
        int out = channels(level);
        for (int i = 0; i < config.layersPerBlock(); i++) {
            x = residual(block + ".resnets." + i, x, i == 0 ? channels(Math.max(level - 1, 0)) : out, out);
        }
        if (last) {
            return x;
        }
        // On the right and at the bottom only, unlike the U-Net's.
        String padded = body.op("torch.constant_pad_nd(%s, [0, 1, 0, 1], 0)", x);
        return body.conv2d(block + ".downsamplers.0.conv", padded, out, out, 3, 2, 0);
    }

    /** UpDecoderBlock2D. */
    private String up(int index, String x, int in, int out, boolean last) {
        String block = "decoder.up_blocks." + index;
        for (int i = 0; i <= config.layersPerBlock(); i++) {
            x = residual(block + ".resnets." + i, x, i == 0 ? in : out, out);
        }
        String conv = block + ".upsamplers.0.conv";
        return last ? x : body.doubledConv2d(conv, x, out, out);
    }

    /** UNetMidBlock2D. */
    private String middle(String x) {
        int channels = channels(config.blockOutChannels().size() - 1);
        String block = name + ".mid_block";
        x = residual(block + ".resnets.0", x, channels, channels);
        if (config.midBlockAttention()) {
            x = attention(block + ".attentions.0", x, channels);
        }
        return residual(block + ".resnets.1", x, channels, channels);
    }

    /** ResnetBlock2D without a time embedding. */
    private String residual(String block, String x, int in, int out) {
        String h = conv(block + ".conv1", normed(block + ".norm1", x, in), in, out);
        h = conv(block + ".conv2", normed(block + ".norm2", h, out), out, out);
        String shortcut = in == out ? x : body.pointwise(block + ".conv_shortcut", x, in, out);
        return body.addTo(h, shortcut);
    }

    /** Self-attention of one head. */
    private String attention(String block, String x, int channels) {
        String flat = body.op("torch.flatten(%s, 2)", x);
        String normed = body.groupNorm(block + ".group_norm", flat, channels, config.normNumGroups(), EPS);
        return body.attention(block, x, normed, channels, 1, channels);
    }

    /** Group normalisation and SiLU. */
    private String normed(String norm, String x, int channels) {
        return body.silu(body.groupNorm(norm, x, channels, config.normNumGroups(), EPS));
    }

    private String conv(String conv, String x, int in, int out) {
        return body.conv2d(conv, x, in, out, 3, 1, 1);
    }
}
