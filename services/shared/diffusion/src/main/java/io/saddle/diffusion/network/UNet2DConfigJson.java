package io.saddle.diffusion.network;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** diffusers' {@code unet/config.json}. */
final class UNet2DConfigJson {
    private static final Set<String> READ = Set.of(
            "sample_size",
            "in_channels",
            "out_channels",
            "center_input_sample",
            "flip_sin_to_cos",
            "freq_shift",
            "time_embedding_dim",
            "down_block_types",
            "up_block_types",
            "block_out_channels",
            "layers_per_block",
            "mid_block_scale_factor",
            "downsample_padding",
            "attention_head_dim",
            "norm_num_groups",
            "attn_norm_num_groups",
            "norm_eps",
            "add_attention",
            "num_train_timesteps");

    /** Settings with a single supported value. */
    private static final Map<String, String> FIXED = Map.of(
            "time_embedding_type", "positional",
            "mid_block_type", "UNetMidBlock2D",
            "downsample_type", "conv",
            "upsample_type", "conv",
            "dropout", "0.0",
            "act_fn", "silu",
            "resnet_time_scale_shift", "default",
            "attention_legacy_order", "false",
            "class_embed_type", "null",
            "num_class_embeds", "null");

    private UNet2DConfigJson() {}

    static UNet2DConfig read(JsonNode json) {
        List<String> problems = unsupported(json);
        for (String key : List.of("sample_size", "block_out_channels", "down_block_types", "up_block_types")) {
            if (!json.hasNonNull(key)) {
                problems.add(key + ": is missing");
            }
        }
        if (json.hasNonNull("sample_size") && !json.get("sample_size").isInt()) {
            problems.add("sample_size: must be one whole number (square images), was " + json.get("sample_size"));
        }
        UNet2DConfig config = null;
        try {
            config = config(json);
        } catch (IllegalArgumentException e) {
            if (problems.isEmpty()) {
                throw e;
            }
            problems.add(e.getMessage().replace("UNet2DModel: ", ""));
        }
        if (!problems.isEmpty()) {
            throw new IllegalArgumentException("UNet2DModel: " + String.join("; ", problems));
        }
        return config;
    }

    static ObjectNode write(UNet2DConfig config) {
        ObjectNode json = JsonNodeFactory.instance.objectNode();
        json.put("_class_name", "UNet2DModel");
        json.put("_diffusers_version", "0.31.0");
        json.put("act_fn", "silu");
        json.put("add_attention", config.addAttention());
        json.put("attention_head_dim", config.attentionHeadDim());
        json.put("attn_norm_num_groups", config.attnNormNumGroups());
        ArrayNode channels = json.putArray("block_out_channels");
        config.blockOutChannels().forEach(channels::add);
        json.put("center_input_sample", config.centerInputSample());
        json.putNull("class_embed_type");
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
        json.put("norm_eps", config.normEps());
        json.put("norm_num_groups", config.normNumGroups());
        json.putNull("num_class_embeds");
        json.putNull("num_train_timesteps");
        json.put("out_channels", config.outChannels());
        json.put("resnet_time_scale_shift", "default");
        json.put("sample_size", config.sampleSize());
        if (config.timeEmbeddingDim() != null) {
            json.put("time_embedding_dim", config.timeEmbeddingDim());
        }
        json.put("time_embedding_type", "positional");
        ArrayNode up = json.putArray("up_block_types");
        config.upBlockTypes().forEach(up::add);
        json.put("upsample_type", "conv");
        return json;
    }

    private static UNet2DConfig config(JsonNode json) {
        return new UNet2DConfig(
                json.path("sample_size").asInt(),
                json.path("in_channels").asInt(3),
                json.path("out_channels").asInt(3),
                json.path("center_input_sample").asBoolean(false),
                json.path("flip_sin_to_cos").asBoolean(true),
                json.path("freq_shift").asInt(0),
                integer(json, "time_embedding_dim", null),
                strings(json, "down_block_types"),
                strings(json, "up_block_types"),
                integers(json, "block_out_channels"),
                json.path("layers_per_block").asInt(2),
                json.path("mid_block_scale_factor").asDouble(1),
                json.path("downsample_padding").asInt(1),
                integer(json, "attention_head_dim", 8),
                json.path("norm_num_groups").asInt(32),
                integer(json, "attn_norm_num_groups", null),
                json.path("norm_eps").asDouble(1e-5),
                json.path("add_attention").asBoolean(true));
    }

    private static List<String> unsupported(JsonNode json) {
        List<String> problems = new ArrayList<>();
        String className = json.path("_class_name").asText("UNet2DModel");
        if (!className.equals("UNet2DModel")) {
            problems.add("_class_name: only UNet2DModel is supported, was " + className);
        }
        for (Iterator<String> names = json.fieldNames(); names.hasNext(); ) {
            String key = names.next();
            String only = FIXED.get(key);
            if (only != null && !supports(only, json.get(key))) {
                problems.add(key + ": only " + only + " is supported, was " + json.get(key));
            } else if (only == null && !READ.contains(key) && !key.startsWith("_")) {
                problems.add(key + ": unknown setting");
            }
        }
        return problems;
    }

    private static boolean supports(String only, JsonNode value) {
        boolean zero = only.equals("0.0") && value.isNumber() && value.asDouble() == 0;
        return zero || value.asText().equals(only);
    }

    private static Integer integer(JsonNode json, String key, Integer missing) {
        JsonNode value = json.path(key);
        if (value.isMissingNode()) {
            return missing;
        }
        return value.isNull() ? null : Integer.valueOf(value.asInt());
    }

    private static List<String> strings(JsonNode json, String key) {
        List<String> values = new ArrayList<>();
        json.path(key).forEach(value -> values.add(value.asText()));
        return values;
    }

    private static List<Integer> integers(JsonNode json, String key) {
        List<Integer> values = new ArrayList<>();
        json.path(key).forEach(value -> values.add(value.asInt()));
        return values;
    }
}
