package io.saddle.diffusion.network;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** A {@link UNet2DConfig} as diffusers' {@code unet/config.json}, of its first versions and of today's. */
public final class UNet2DConfigJson {
    /** The name of the network in diffusers. */
    public static final String CLASS_NAME = "UNet2DModel";

    /** Settings with few supported values, as JSON. */
    private static final Map<String, List<String>> FIXED = new TreeMap<>(Map.of(
            "time_embedding_type", List.of("positional"),
            "mid_block_type", List.of("UNetMidBlock2D", "null"),
            "downsample_type", List.of("conv"),
            "upsample_type", List.of("conv"),
            "act_fn", List.of("silu", "swish"),
            "resnet_time_scale_shift", List.of("default"),
            "attention_legacy_order", List.of("false")));

    /** Prefix of block types in early versions, without a meaning. */
    private static final String OLD_PREFIX = "UNetRes";

    private UNet2DConfigJson() {}

    /**
     * The configuration that a file holds; keys that are missing take the defaults of diffusers' UNet2DModel.
     *
     * @throws IllegalArgumentException listing every setting that is wrong or not supported
     */
    public static UNet2DConfig read(JsonNode json) {
        JsonSettings settings = new JsonSettings(json);
        String className = json.path("_class_name").asText(CLASS_NAME);
        if (!className.equals(CLASS_NAME)) {
            settings.problem("_class_name: only UNet2DModel is supported, was " + className);
        }
        FIXED.forEach(settings::fixed);
        if (settings.decimal("dropout", 0) != 0) {
            settings.problem("dropout: only 0.0 is supported, was " + json.get("dropout")
                    + "; it plays a part in training only, set it to 0.0 to train without");
        }
        settings.optionalInteger("num_train_timesteps", null);
        UNet2DConfig config = null;
        try {
            config = config(settings);
        } catch (IllegalArgumentException e) {
            settings.problem(e.getMessage().replace(CLASS_NAME + ": ", ""));
        }
        settings.refuseOthers();
        if (!settings.problems().isEmpty()) {
            throw new IllegalArgumentException(CLASS_NAME + ": " + String.join("; ", settings.problems()));
        }
        return config;
    }

    private static UNet2DConfig config(JsonSettings settings) {
        Integer timeEmbeddingDim = settings.optionalInteger("time_embedding_dim", null);
        return new UNet2DConfig(
                settings.imageSize("sample_size"),
                settings.integer("in_channels", 3),
                settings.integer("out_channels", 3),
                settings.bool("center_input_sample", false),
                settings.bool("flip_sin_to_cos", true),
                settings.integer("freq_shift", 0),
                timeEmbeddingDim == null || timeEmbeddingDim == 0 ? null : timeEmbeddingDim,
                blockTypes(
                        settings,
                        "down_block_types",
                        List.of("DownBlock2D", "AttnDownBlock2D", "AttnDownBlock2D", "AttnDownBlock2D")),
                blockTypes(
                        settings,
                        "up_block_types",
                        List.of("AttnUpBlock2D", "AttnUpBlock2D", "AttnUpBlock2D", "UpBlock2D")),
                settings.integers("block_out_channels", List.of(224, 448, 672, 896)),
                settings.integer("layers_per_block", 2),
                !settings.isNull("mid_block_type"),
                settings.decimal("mid_block_scale_factor", 1),
                settings.integer("downsample_padding", 1),
                settings.optionalInteger("attention_head_dim", 8),
                settings.integer("norm_num_groups", 32),
                settings.optionalInteger("attn_norm_num_groups", null),
                settings.decimal("norm_eps", 1e-5),
                settings.bool("add_attention", true),
                settings.optionalString("class_embed_type"),
                settings.optionalInteger("num_class_embeds", null));
    }

    /** The file of a configuration. */
    public static ObjectNode write(UNet2DConfig config) {
        ObjectNode json = JsonNodeFactory.instance.objectNode();
        json.put("_class_name", CLASS_NAME);
        json.put("_diffusers_version", "0.31.0");
        json.put("act_fn", "silu");
        json.put("add_attention", config.addAttention());
        json.put("attention_head_dim", config.attentionHeadDim());
        json.put("attn_norm_num_groups", config.attnNormNumGroups());
        ArrayNode channels = json.putArray("block_out_channels");
        config.blockOutChannels().forEach(channels::add);
        json.put("center_input_sample", config.centerInputSample());
        json.put("class_embed_type", config.classEmbedType());
        ArrayNode down = json.putArray("down_block_types");
        config.downBlockTypes().forEach(down::add);
        json.put("downsample_padding", config.downsamplePadding());
        json.put("downsample_type", "conv");
        json.put("dropout", 0.0);
        json.put("flip_sin_to_cos", config.flipSinToCos());
        json.put("freq_shift", config.freqShift());
        json.put("in_channels", config.inChannels());
        json.put("layers_per_block", config.layersPerBlock());
        json.put("mid_block_scale_factor", config.midBlockScaleFactor());
        json.put("mid_block_type", config.midBlock() ? "UNetMidBlock2D" : null);
        json.put("norm_eps", config.normEps());
        json.put("norm_num_groups", config.normNumGroups());
        json.put("num_class_embeds", config.numClassEmbeds());
        json.putNull("num_train_timesteps");
        json.put("out_channels", config.outChannels());
        json.put("resnet_time_scale_shift", "default");
        imageSize(json, config.sampleSize());
        json.put("time_embedding_dim", config.timeEmbeddingDim());
        json.put("time_embedding_type", "positional");
        ArrayNode up = json.putArray("up_block_types");
        config.upBlockTypes().forEach(up::add);
        json.put("upsample_type", "conv");
        return json;
    }

    private static void imageSize(ObjectNode json, ImageSize size) {
        if (size == null) {
            json.putNull("sample_size");
        } else if (size.height() == size.width()) {
            json.put("sample_size", size.height());
        } else {
            json.putArray("sample_size").add(size.height()).add(size.width());
        }
    }

    private static List<String> blockTypes(JsonSettings settings, String key, List<String> missing) {
        return settings.strings(key, missing).stream()
                .map(type -> type.startsWith(OLD_PREFIX) ? type.substring(OLD_PREFIX.length()) : type)
                .toList();
    }
}
