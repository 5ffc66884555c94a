package io.saddle.diffusion.network;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/**
 * The configuration of a diffusers {@code UNet2DModel}, as far as this library runs it: positional time embedding, SiLU,
 * convolutional up- and downsampling, blocks with and without self-attention.
 *
 * @param sampleSize height and width of the images in pixels; a multiple of 2^(levels - 1)
 * @param inChannels channels of the input
 * @param outChannels channels of the output
 * @param centerInputSample whether the input is first mapped from 0..1 to -1..1
 * @param flipSinToCos whether the time embedding has cosines first
 * @param freqShift frequency shift of the time embedding
 * @param timeEmbeddingDim width of the time embedding; null = 4 x the first level's channels
 * @param downBlockTypes {@code DownBlock2D} or {@code AttnDownBlock2D} for each level, largest resolution first
 * @param upBlockTypes {@code UpBlock2D} or {@code AttnUpBlock2D} for each level, smallest resolution first
 * @param blockOutChannels channels of each level
 * @param layersPerBlock residual layers of each level (one more on the way up)
 * @param midBlockScaleFactor what the middle block's residual sums are divided by
 * @param downsamplePadding 1, or 0 for padding at the right and bottom only
 * @param attentionHeadDim channels of one attention head; null = a single head
 * @param normNumGroups groups of the group norms
 * @param attnNormNumGroups groups of the middle attention's norm; null = {@code normNumGroups}
 * @param normEps epsilon of the group norms
 * @param addAttention whether the middle block has self-attention
 */
public record UNet2DConfig(
        int sampleSize,
        int inChannels,
        int outChannels,
        boolean centerInputSample,
        boolean flipSinToCos,
        int freqShift,
        Integer timeEmbeddingDim,
        List<String> downBlockTypes,
        List<String> upBlockTypes,
        List<Integer> blockOutChannels,
        int layersPerBlock,
        double midBlockScaleFactor,
        int downsamplePadding,
        Integer attentionHeadDim,
        int normNumGroups,
        Integer attnNormNumGroups,
        double normEps,
        boolean addAttention) {

    /**
     * @throws IllegalArgumentException listing everything that is wrong
     */
    public UNet2DConfig {
        downBlockTypes = List.copyOf(downBlockTypes);
        upBlockTypes = List.copyOf(upBlockTypes);
        blockOutChannels = List.copyOf(blockOutChannels);
        List<String> problems = UNet2DConfigCheck.problems(
                sampleSize,
                inChannels,
                outChannels,
                downBlockTypes,
                upBlockTypes,
                blockOutChannels,
                layersPerBlock,
                downsamplePadding,
                attentionHeadDim,
                normNumGroups);
        if (!problems.isEmpty()) {
            throw new IllegalArgumentException("UNet2DModel: " + String.join("; ", problems));
        }
    }

    /**
     * A plain U-Net: diffusers' defaults, attention in the innermost level and the middle block.
     *
     * @param sampleSize height and width in pixels
     * @param channels image channels, in and out
     * @param blockOutChannels channels of each level, each a multiple of {@code groups}
     */
    public static UNet2DConfig of(
            int sampleSize, int channels, List<Integer> blockOutChannels, int layersPerBlock, int groups) {
        int levels = blockOutChannels.size();
        List<String> down = new ArrayList<>(Collections.nCopies(levels, "DownBlock2D"));
        List<String> up = new ArrayList<>(Collections.nCopies(levels, "UpBlock2D"));
        if (levels > 0) {
            down.set(levels - 1, "AttnDownBlock2D");
            up.set(0, "AttnUpBlock2D");
        }
        return new UNet2DConfig(
                sampleSize,
                channels,
                channels,
                false,
                true,
                0,
                null,
                down,
                up,
                blockOutChannels,
                layersPerBlock,
                1,
                1,
                8,
                groups,
                null,
                1e-5,
                true);
    }

    /**
     * Reads diffusers' {@code unet/config.json}; keys that are missing take diffusers' defaults.
     *
     * @throws IllegalArgumentException listing every setting that is wrong or not supported
     */
    public static UNet2DConfig fromJson(JsonNode json) {
        return UNet2DConfigJson.read(json);
    }

    /** The configuration as diffusers' {@code unet/config.json}. */
    public ObjectNode toJson() {
        return UNet2DConfigJson.write(this);
    }

    /** Number of resolutions. */
    public int levels() {
        return blockOutChannels.size();
    }

    /** Width of the time embedding. */
    public int timeWidth() {
        return timeEmbeddingDim == null ? 4 * blockOutChannels.get(0) : timeEmbeddingDim;
    }
}
