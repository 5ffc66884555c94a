package io.saddle.diffusion.autoencoder;

import io.saddle.diffusion.network.Precision;
import io.saddle.diffusion.network.ScriptBody;
import io.saddle.diffusion.torch.ScalarType;
import java.util.List;

/** Writes the two halves of an {@link AutoencoderTinyConfig} with the names of diffusers, which count every layer of a half. */
final class AutoencoderTinyScript {
    private static final int SOFT_CLAMP = 3;

    private final ScriptBody body = new ScriptBody();
    private final boolean half;
    private final String name;
    private final int channels;
    private int layer;

    private AutoencoderTinyScript(String name, int channels, Precision precision) {
        this.name = name;
        this.channels = channels;
        half = precision == Precision.BF16;
    }

    /** Images -1..1 to raw latents. */
    static AutoencoderHalf encoder(AutoencoderTinyConfig config, Precision precision) {
        AutoencoderTinyScript script = new AutoencoderTinyScript("encoder", config.encoderChannels(), precision);
        return new AutoencoderHalf(script.body, List.of(script.encode(config)));
    }

    /** Raw latents to images -1..1. */
    static AutoencoderHalf decoder(AutoencoderTinyConfig config, Precision precision) {
        AutoencoderTinyScript script = new AutoencoderTinyScript("decoder", config.decoderChannels(), precision);
        return new AutoencoderHalf(script.body, List.of(script.decode(config)));
    }

    private String encode(AutoencoderTinyConfig config) {
        String x = cast(body.op("torch.div(torch.add(x, 1), 2)"));
        for (int level = 0; level < config.encoderBlocks().size(); level++) {
            x = level == 0
                    ? conv(x, config.imageChannels(), channels)
                    : body.conv2dWithoutBias(nextLayer(), x, channels, channels, 2);
            x = blocks(x, config.encoderBlocks().get(level));
        }
        return conv(x, channels, config.latentChannels());
    }

    private String decode(AutoencoderTinyConfig config) {
        String clamped = body.op("torch.mul(torch.tanh(torch.div(x, %d)), %d)", SOFT_CLAMP, SOFT_CLAMP);
        String x = body.relu(conv(cast(clamped), config.latentChannels(), channels));
        layer++;
        int last = config.decoderBlocks().size() - 1;
        for (int level = 0; level <= last; level++) {
            x = blocks(x, config.decoderBlocks().get(level));
            if (level < last) {
                layer++;
                x = body.doubledConv2dWithoutBias(nextLayer(), x, channels, channels);
            }
        }
        x = conv(x, channels, config.imageChannels());
        return body.op("torch.sub(torch.mul(%s, 2), 1)", half ? ScalarType.FLOAT32.cast(x) : x);
    }

    private String blocks(String x, int count) {
        for (int i = 0; i < count; i++) {
            x = block(nextLayer(), x);
        }
        return x;
    }

    /** AutoencoderTinyBlock: three convolutions beside the identity. */
    private String block(String block, String x) {
        String h = x;
        for (int i = 0; i < 3; i++) {
            h = body.conv2d(block + ".conv." + 2 * i, i == 0 ? h : body.relu(h), channels, channels, 3, 1, 1);
        }
        return body.relu(body.addTo(h, x));
    }

    private String conv(String x, int in, int out) {
        return body.conv2d(nextLayer(), x, in, out, 3, 1, 1);
    }

    private String nextLayer() {
        return name + ".layers." + layer++;
    }

    private String cast(String x) {
        return half ? body.op(ScalarType.BFLOAT16.cast(x)) : x;
    }
}
