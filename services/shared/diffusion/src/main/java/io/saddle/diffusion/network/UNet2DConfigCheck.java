package io.saddle.diffusion.network;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/** What a {@link UNet2DConfig} must fulfil. */
final class UNet2DConfigCheck {
    private static final Set<String> DOWN = Set.of("DownBlock2D", "AttnDownBlock2D");
    private static final Set<String> UP = Set.of("UpBlock2D", "AttnUpBlock2D");

    private UNet2DConfigCheck() {}

    static List<String> problems(
            int sampleSize,
            int inChannels,
            int outChannels,
            List<String> downBlockTypes,
            List<String> upBlockTypes,
            List<Integer> blockOutChannels,
            int layersPerBlock,
            int downsamplePadding,
            Integer attentionHeadDim,
            int normNumGroups) {
        List<String> problems = new ArrayList<>();
        int levels = blockOutChannels.size();
        check(problems, levels > 0, "block_out_channels: at least one level is needed");
        check(
                problems,
                downBlockTypes.size() == levels && upBlockTypes.size() == levels,
                "down_block_types (" + downBlockTypes.size() + "), up_block_types (" + upBlockTypes.size()
                        + ") and block_out_channels (" + levels + ") must have the same length");
        blockTypes(problems, "down_block_types", downBlockTypes, DOWN);
        blockTypes(problems, "up_block_types", upBlockTypes, UP);
        int factor = 1 << Math.max(0, Math.min(30, levels - 1));
        check(
                problems,
                sampleSize > 0 && sampleSize % factor == 0,
                "sample_size: must be a positive multiple of " + factor + " (2^(levels - 1)), was " + sampleSize);
        check(problems, inChannels > 0, "in_channels: must be > 0, was " + inChannels);
        check(problems, outChannels > 0, "out_channels: must be > 0, was " + outChannels);
        check(problems, layersPerBlock > 0, "layers_per_block: must be > 0, was " + layersPerBlock);
        check(
                problems,
                downsamplePadding == 0 || downsamplePadding == 1,
                "downsample_padding: must be 0 or 1, was " + downsamplePadding);
        check(problems, normNumGroups > 0, "norm_num_groups: must be > 0, was " + normNumGroups);
        for (int channels : blockOutChannels) {
            check(
                    problems,
                    normNumGroups > 0 && channels > 0 && channels % normNumGroups == 0,
                    "block_out_channels: " + channels + " is not a multiple of norm_num_groups " + normNumGroups);
            check(
                    problems,
                    attentionHeadDim == null || (attentionHeadDim > 0 && channels % attentionHeadDim == 0),
                    "block_out_channels: " + channels + " is not a multiple of attention_head_dim " + attentionHeadDim);
        }
        return problems;
    }

    private static void blockTypes(List<String> problems, String key, List<String> types, Set<String> supported) {
        for (String type : types) {
            check(problems, supported.contains(type), key + ": " + type + " is not supported; use one of " + supported);
        }
    }

    private static void check(List<String> problems, boolean holds, String problem) {
        if (!holds && !problems.contains(problem)) {
            problems.add(problem);
        }
    }
}
