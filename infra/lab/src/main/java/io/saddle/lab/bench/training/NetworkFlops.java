package io.saddle.lab.bench.training;

import io.saddle.diffusion.network.UNet2DConfig;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;

/**
 * Floating-point operations of a network for one image, counted from its configuration: convolutions, linear layers and attention,
 * two for each multiplication with its addition. Norms, activations and sums are left out, as is usual. What a library saves counts
 * all the same: a convolution of a doubled image is one of all its pixels.
 */
final class NetworkFlops {

    /** A forward pass, then two products of its size: the gradients of inputs and of weights. */
    private static final int FORWARD_AND_BACKWARD = 3;

    private static final int KERNEL = 3;
    private static final String ATTENTION = "Attn";
    private static final String TIMESTEP = "timestep";

    private final UNet2DConfig config;
    private final Deque<Integer> skips = new ArrayDeque<>();
    private long sum;

    private NetworkFlops(UNet2DConfig config) {
        this.config = config;
    }

    /** Operations of the output for one image. */
    static long forward(UNet2DConfig config) {
        NetworkFlops flops = new NetworkFlops(config);
        flops.count();
        return flops.sum;
    }

    /** Operations of a training step: forward and backward for every row of a batch. */
    static long step(UNet2DConfig config, int batch) {
        return FORWARD_AND_BACKWARD * batch * forward(config);
    }

    private void count() {
        List<Integer> channels = config.blockOutChannels();
        int first = channels.get(0);
        mlp();
        if (TIMESTEP.equals(config.classEmbedType())) {
            mlp();
        }
        convolution(config.inChannels(), first, KERNEL, pixels(0));
        skips.push(first);
        for (int level = 0; level < config.levels(); level++) {
            down(level);
        }
        if (config.midBlock()) {
            middle();
        }
        for (int level = config.levels() - 1; level >= 0; level--) {
            up(level);
        }
        convolution(first, config.outChannels(), KERNEL, pixels(0));
    }

    private void down(int level) {
        List<Integer> channels = config.blockOutChannels();
        int out = channels.get(level);
        for (int i = 0; i < config.layersPerBlock(); i++) {
            residual(i == 0 && level > 0 ? channels.get(level - 1) : out, out, level);
            if (config.downBlockTypes().get(level).startsWith(ATTENTION)) {
                attention(out, level);
            }
            skips.push(out);
        }
        if (level < config.levels() - 1) {
            convolution(out, out, KERNEL, pixels(level + 1));
            skips.push(out);
        }
    }

    private void middle() {
        int level = config.levels() - 1;
        int channels = config.blockOutChannels().get(level);
        residual(channels, channels, level);
        if (config.addAttention()) {
            attention(channels, level);
        }
        residual(channels, channels, level);
    }

    private void up(int level) {
        List<Integer> channels = config.blockOutChannels();
        int out = channels.get(level);
        int index = config.levels() - 1 - level;
        int below = channels.get(Math.min(level + 1, config.levels() - 1));
        for (int i = 0; i <= config.layersPerBlock(); i++) {
            residual((i == 0 ? below : out) + skips.pop(), out, level);
            if (config.upBlockTypes().get(index).startsWith(ATTENTION)) {
                attention(out, level);
            }
        }
        if (level > 0) {
            convolution(out, out, KERNEL, pixels(level - 1));
        }
    }

    /** Two convolutions, the time embedding's linear layer, and a 1x1 convolution where the width changes. */
    private void residual(int in, int out, int level) {
        convolution(in, out, KERNEL, pixels(level));
        linear(config.timeWidth(), out, 1);
        convolution(out, out, KERNEL, pixels(level));
        if (in != out) {
            convolution(in, out, 1, pixels(level));
        }
    }

    /** Queries, keys, values and the output as linear layers, and every pixel against every other, twice. */
    private void attention(int channels, int level) {
        int headDim = config.attentionHeadDim() == null ? channels : config.attentionHeadDim();
        int inner = channels / headDim * headDim;
        long pixels = pixels(level);
        linear(channels, 3 * inner, pixels);
        linear(inner, channels, pixels);
        sum += 2 * 2 * pixels * pixels * inner;
    }

    private void mlp() {
        linear(config.blockOutChannels().get(0), config.timeWidth(), 1);
        linear(config.timeWidth(), config.timeWidth(), 1);
    }

    private void convolution(int in, int out, int kernel, long pixels) {
        sum += 2L * kernel * kernel * in * out * pixels;
    }

    private void linear(int in, int out, long rows) {
        sum += 2L * in * out * rows;
    }

    /** Pixels of an image on a level, each of which halves height and width. */
    private long pixels(int level) {
        return (long) (config.height() >> level) * (config.width() >> level);
    }
}
