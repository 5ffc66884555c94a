package io.saddle.diffusion.autoencoder;

import com.fasterxml.jackson.databind.JsonNode;
import io.saddle.diffusion.network.JsonSettings;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * The settings of diffusers' AutoencoderKL.
 *
 * @param imageChannels of images, in and out
 * @param latentChannels of latents
 * @param blockOutChannels of each level, from the images inwards; each level but the last halves the image
 * @param layersPerBlock residual blocks of a level of the encoder; the decoder has one more
 * @param normNumGroups of every norm
 * @param midBlockAttention true: the innermost level has self-attention
 * @param quantConv true: a 1x1 convolution follows the encoder
 * @param postQuantConv true: a 1x1 convolution precedes the decoder
 */
public record AutoencoderKlConfig(
        int imageChannels,
        int latentChannels,
        List<Integer> blockOutChannels,
        int layersPerBlock,
        int normNumGroups,
        boolean midBlockAttention,
        boolean quantConv,
        boolean postQuantConv,
        LatentScaling scaling)
        implements AutoencoderConfig {

    static final String CLASS_NAME = "AutoencoderKL";

    private static final String DOWN = "DownEncoderBlock2D";
    private static final String UP = "UpDecoderBlock2D";

    private static final Map<String, List<String>> FIXED = new TreeMap<>(Map.of(
            "act_fn", List.of("silu", "swish"), "latents_mean", List.of("null"), "latents_std", List.of("null")));

    public AutoencoderKlConfig {
        blockOutChannels = List.copyOf(blockOutChannels);
    }

    /**
     * What {@code config.json} says; keys that are missing take diffusers' defaults. {@code sample_size} and {@code force_upcast} change
     * nothing: images may have any size, and float16 is never computed in.
     *
     * @throws IllegalArgumentException listing every setting that is wrong or not supported
     */
    public static AutoencoderKlConfig read(JsonNode json) {
        return AutoencoderSettings.read(json, CLASS_NAME, AutoencoderKlConfig::config);
    }

    private static AutoencoderKlConfig config(JsonSettings settings) {
        FIXED.forEach(settings::fixed);
        settings.imageSize("sample_size");
        settings.bool("force_upcast", true);
        List<Integer> channels = settings.integers("block_out_channels", List.of(64));
        int groups = settings.integer("norm_num_groups", 32);
        int layers = settings.integer("layers_per_block", 1);
        requireTypes(settings, "down_block_types", DOWN, channels.size());
        requireTypes(settings, "up_block_types", UP, channels.size());
        AutoencoderSettings.requirePositive(settings, "norm_num_groups", groups);
        AutoencoderSettings.requirePositive(settings, "layers_per_block", layers);
        AutoencoderSettings.requireLevels(settings, "block_out_channels", channels.size());
        if (channels.stream().anyMatch(c -> c < 1 || groups > 0 && c % groups != 0)) {
            settings.problem(
                    "block_out_channels: must be multiples of norm_num_groups (" + groups + "), was " + channels);
        }
        return new AutoencoderKlConfig(
                AutoencoderSettings.imageChannels(settings),
                AutoencoderSettings.latentChannels(settings),
                channels,
                layers,
                groups,
                settings.bool("mid_block_add_attention", true),
                settings.bool("use_quant_conv", true),
                settings.bool("use_post_quant_conv", true),
                AutoencoderSettings.scaling(settings, 0.18215));
    }

    private static void requireTypes(JsonSettings settings, String key, String type, int levels) {
        List<String> types = settings.strings(key, List.of(type));
        if (!types.equals(Collections.nCopies(levels, type))) {
            settings.problem(
                    key + ": must be " + type + " for each of the " + levels + " block_out_channels, was " + types);
        }
    }

    @Override
    public String className() {
        return CLASS_NAME;
    }

    @Override
    public int levels() {
        return blockOutChannels.size();
    }
}
