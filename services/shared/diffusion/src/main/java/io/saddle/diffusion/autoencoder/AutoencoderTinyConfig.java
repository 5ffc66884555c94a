package io.saddle.diffusion.autoencoder;

import com.fasterxml.jackson.databind.JsonNode;
import io.saddle.diffusion.network.JsonSettings;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * The settings of diffusers' AutoencoderTiny (TAESD).
 *
 * @param imageChannels of images, in and out
 * @param latentChannels of latents
 * @param encoderChannels of every layer of the encoder
 * @param encoderBlocks residual blocks of each level, from the images inwards; each level but the first halves the image
 * @param decoderChannels of every layer of the decoder
 * @param decoderBlocks residual blocks of each level, from the latents outwards
 */
public record AutoencoderTinyConfig(
        int imageChannels,
        int latentChannels,
        int encoderChannels,
        List<Integer> encoderBlocks,
        int decoderChannels,
        List<Integer> decoderBlocks,
        LatentScaling scaling)
        implements AutoencoderConfig {

    static final String CLASS_NAME = "AutoencoderTiny";

    private static final List<Integer> CHANNELS = List.of(64, 64, 64, 64);

    private static final Map<String, List<String>> FIXED = new TreeMap<>(Map.of(
            "act_fn", List.of("relu"), "upsample_fn", List.of("nearest"), "upsampling_scaling_factor", List.of("2")));

    public AutoencoderTinyConfig {
        encoderBlocks = List.copyOf(encoderBlocks);
        decoderBlocks = List.copyOf(decoderBlocks);
    }

    /**
     * What {@code config.json} says; keys that are missing take diffusers' defaults. {@code force_upcast} changes nothing, since float16
     * is never computed in; nor do {@code latent_magnitude} and {@code latent_shift}, which are for latents kept as bytes.
     *
     * @throws IllegalArgumentException listing every setting that is wrong or not supported
     */
    public static AutoencoderTinyConfig read(JsonNode json) {
        return AutoencoderSettings.read(json, CLASS_NAME, AutoencoderTinyConfig::config);
    }

    private static AutoencoderTinyConfig config(JsonSettings settings) {
        FIXED.forEach(settings::fixed);
        settings.bool("force_upcast", false);
        settings.decimal("latent_magnitude", 3);
        settings.decimal("latent_shift", 0.5);
        List<Integer> decoderChannels = settings.integers("decoder_block_out_channels", CHANNELS);
        List<Integer> repeated = settings.integers("block_out_channels", decoderChannels);
        if (!repeated.equals(decoderChannels)) {
            settings.problem("block_out_channels: must be decoder_block_out_channels " + decoderChannels
                    + ", which it repeats, was " + repeated);
        }
        List<Integer> encoderBlocks = settings.integers("num_encoder_blocks", List.of(1, 3, 3, 3));
        List<Integer> decoderBlocks = settings.integers("num_decoder_blocks", List.of(3, 3, 3, 1));
        if (encoderBlocks.size() != decoderBlocks.size()) {
            settings.problem("num_decoder_blocks: must be as many as num_encoder_blocks (" + encoderBlocks.size()
                    + "), was " + decoderBlocks);
        }
        return new AutoencoderTinyConfig(
                AutoencoderSettings.imageChannels(settings),
                AutoencoderSettings.latentChannels(settings),
                width(
                        settings,
                        "encoder_block_out_channels",
                        settings.integers("encoder_block_out_channels", CHANNELS),
                        blocks(settings, "num_encoder_blocks", encoderBlocks)),
                encoderBlocks,
                width(
                        settings,
                        "decoder_block_out_channels",
                        decoderChannels,
                        blocks(settings, "num_decoder_blocks", decoderBlocks)),
                decoderBlocks,
                AutoencoderSettings.scaling(settings, 1));
    }

    private static int blocks(JsonSettings settings, String key, List<Integer> blocks) {
        AutoencoderSettings.requireLevels(settings, key, blocks.size());
        if (blocks.stream().anyMatch(count -> count < 0)) {
            settings.problem(key + ": must be numbers >= 0, was " + blocks);
        }
        return blocks.size();
    }

    /** Between two levels nothing changes the number of channels. */
    private static int width(JsonSettings settings, String key, List<Integer> channels, int levels) {
        int first = channels.isEmpty() ? 0 : channels.get(0);
        if (first < 1 || channels.size() != levels || channels.stream().anyMatch(c -> c != first)) {
            settings.problem(key + ": must be one number >= 1, said " + levels + " times, was " + channels);
        }
        return first;
    }

    @Override
    public String className() {
        return CLASS_NAME;
    }

    @Override
    public int levels() {
        return encoderBlocks.size();
    }
}
