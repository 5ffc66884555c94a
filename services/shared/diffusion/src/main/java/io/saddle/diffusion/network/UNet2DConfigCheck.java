package io.saddle.diffusion.network;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/** Conditions on a {@link UNet2DConfig}, as diffusers' UNet2DModel asks for them. */
final class UNet2DConfigCheck {
    static final int MAX_LEVELS = 24;
    static final int MAX_LAYERS = 1000;

    static final String TIMESTEP = "timestep";
    static final String IDENTITY = "identity";

    private static final Set<String> DOWN = Set.of("DownBlock2D", "AttnDownBlock2D");
    private static final Set<String> UP = Set.of("UpBlock2D", "AttnUpBlock2D");

    private final List<String> problems = new ArrayList<>();

    /** Types that exist, one for each level. */
    void blocks(List<String> downBlockTypes, List<String> upBlockTypes, int levels) {
        check(
                levels > 0 && levels <= MAX_LEVELS,
                "block_out_channels: must have 1 to " + MAX_LEVELS + " levels, has " + levels);
        check(
                downBlockTypes.size() == levels && upBlockTypes.size() == levels,
                "down_block_types (" + downBlockTypes.size() + "), up_block_types (" + upBlockTypes.size()
                        + ") and block_out_channels (" + levels + ") must have the same length");
        blockTypes("down_block_types", downBlockTypes, DOWN);
        blockTypes("up_block_types", upBlockTypes, UP);
    }

    void counts(ImageSize sampleSize, int inChannels, int outChannels, Integer timeEmbeddingDim, int layersPerBlock) {
        check(
                sampleSize == null || (sampleSize.height() > 0 && sampleSize.width() > 0),
                "sample_size: must be > 0, was " + sampleSize);
        check(inChannels > 0, "in_channels: must be > 0, was " + inChannels);
        check(outChannels > 0, "out_channels: must be > 0, was " + outChannels);
        check(
                timeEmbeddingDim == null || timeEmbeddingDim > 0,
                "time_embedding_dim: must be null or > 0, was " + timeEmbeddingDim);
        check(
                layersPerBlock > 0 && layersPerBlock <= MAX_LAYERS,
                "layers_per_block: must be 1 to " + MAX_LAYERS + ", was " + layersPerBlock);
    }

    /** Groups that divide the channels of every level. */
    void norms(List<Integer> blockOutChannels, int normNumGroups, double normEps) {
        check(normNumGroups > 0, "norm_num_groups: must be > 0, was " + normNumGroups);
        check(normEps >= 0 && normEps < Double.POSITIVE_INFINITY, "norm_eps: must be finite and >= 0, was " + normEps);
        for (int channels : blockOutChannels) {
            check(channels > 0, "block_out_channels: must be > 0, was " + channels);
            check(
                    normNumGroups <= 0 || channels % normNumGroups == 0,
                    "block_out_channels: " + channels + " is not a multiple of norm_num_groups " + normNumGroups);
        }
    }

    /** With any other padding the way up would not meet the sizes of the way down. */
    void downsampling(int downsamplePadding, int levels) {
        check(
                downsamplePadding == 0 || downsamplePadding == 1 || (levels == 1 && downsamplePadding > 0),
                "downsample_padding: must be 0 or 1, was " + downsamplePadding);
    }

    void middle(
            boolean midBlock,
            double scaleFactor,
            boolean addAttention,
            Integer attnNormNumGroups,
            List<Integer> blockOutChannels) {
        check(
                Double.isFinite(scaleFactor) && scaleFactor != 0,
                "mid_block_scale_factor: must be finite and not 0, was " + scaleFactor);
        if (midBlock && addAttention && attnNormNumGroups != null && !blockOutChannels.isEmpty()) {
            int channels = blockOutChannels.get(blockOutChannels.size() - 1);
            check(
                    attnNormNumGroups > 0 && channels % attnNormNumGroups == 0,
                    "attn_norm_num_groups: must divide the last level's channels " + channels + ", was "
                            + attnNormNumGroups);
        }
    }

    /** At least one head wherever there is attention. */
    void attention(
            Integer headDim,
            boolean inTheMiddle,
            List<String> downBlockTypes,
            List<String> upBlockTypes,
            List<Integer> blockOutChannels) {
        if (headDim == null) {
            return;
        }
        check(headDim > 0, "attention_head_dim: must be null or > 0, was " + headDim);
        int levels = blockOutChannels.size();
        for (int level = 0; level < levels; level++) {
            boolean attention = (inTheMiddle && level == levels - 1)
                    || (level < downBlockTypes.size() && hasAttention(downBlockTypes.get(level)))
                    || (levels - 1 - level < upBlockTypes.size() && hasAttention(upBlockTypes.get(levels - 1 - level)));
            check(
                    !attention || headDim <= blockOutChannels.get(level),
                    "attention_head_dim: " + headDim + " is more than the " + blockOutChannels.get(level)
                            + " channels of a level with attention");
        }
    }

    /** A table without a type, or a type that has no table. */
    void classes(String classEmbedType, Integer numClassEmbeds) {
        check(
                classEmbedType == null || classEmbedType.equals(TIMESTEP) || classEmbedType.equals(IDENTITY),
                "class_embed_type: must be null, " + TIMESTEP + " or " + IDENTITY + ", was " + classEmbedType);
        check(
                numClassEmbeds == null || numClassEmbeds > 0,
                "num_class_embeds: must be null or > 0, was " + numClassEmbeds);
        check(
                classEmbedType == null || numClassEmbeds == null,
                "num_class_embeds: must be null where class_embed_type is " + classEmbedType
                        + ", which has no table of classes; was " + numClassEmbeds);
    }

    void throwIfWrong() {
        if (!problems.isEmpty()) {
            throw new IllegalArgumentException("UNet2DModel: " + String.join("; ", problems));
        }
    }

    /** True if a block of this type has self-attention. */
    static boolean hasAttention(String blockType) {
        return blockType.startsWith("Attn");
    }

    private void blockTypes(String key, List<String> types, Set<String> supported) {
        for (String type : types) {
            check(supported.contains(type), key + ": " + type + " is not supported; use one of " + supported);
        }
    }

    private void check(boolean holds, String problem) {
        if (!holds && !problems.contains(problem)) {
            problems.add(problem);
        }
    }
}
