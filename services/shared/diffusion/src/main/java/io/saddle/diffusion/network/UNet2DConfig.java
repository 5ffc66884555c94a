package io.saddle.diffusion.network;

import io.saddle.diffusion.data.ImageDataSet;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Objects;
import java.util.Optional;

/**
 * The configuration of a diffusers {@code UNet2DModel}, as far as this library runs it: positional time embedding, SiLU,
 * convolutional up- and downsampling, blocks with and without self-attention.
 *
 * @param sampleSize the images' size; null where it is left open. The network runs on every size that {@link #sizeProblem}
 *     has nothing against, as diffusers' does
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
 * @param midBlock whether there is a middle block
 * @param midBlockScaleFactor what the middle block's residual sums are divided by
 * @param downsamplePadding 1, or 0 for padding at the right and bottom only
 * @param attentionHeadDim channels of one attention head; null = a single head. Where it does not divide a level's channels,
 *     the heads together are narrower than the level
 * @param normNumGroups groups of the group norms
 * @param attnNormNumGroups groups of the middle attention's norm; null = {@code normNumGroups}
 * @param normEps epsilon of the group norms
 * @param addAttention whether the middle block has self-attention
 * @param classEmbedType how an image's class enters the time embedding: {@code timestep} (a number, embedded as a timestep is),
 *     {@code identity} (a vector as wide as the time embedding), or null: by {@code numClassEmbeds}
 * @param numClassEmbeds rows of a table of class embeddings; null = no table. With both null the network knows no classes
 */
public record UNet2DConfig(
        ImageSize sampleSize,
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
        boolean midBlock,
        double midBlockScaleFactor,
        int downsamplePadding,
        Integer attentionHeadDim,
        int normNumGroups,
        Integer attnNormNumGroups,
        double normEps,
        boolean addAttention,
        String classEmbedType,
        Integer numClassEmbeds) {

    /**
     * @throws IllegalArgumentException listing everything that is wrong
     */
    public UNet2DConfig {
        downBlockTypes = List.copyOf(downBlockTypes);
        upBlockTypes = List.copyOf(upBlockTypes);
        blockOutChannels = List.copyOf(blockOutChannels);
        UNet2DConfigCheck check = new UNet2DConfigCheck();
        check.blocks(downBlockTypes, upBlockTypes, blockOutChannels.size());
        check.counts(sampleSize, inChannels, outChannels, timeEmbeddingDim, layersPerBlock);
        check.norms(blockOutChannels, normNumGroups, normEps);
        check.downsampling(downsamplePadding, blockOutChannels.size());
        check.middle(midBlock, midBlockScaleFactor, addAttention, attnNormNumGroups, blockOutChannels);
        check.attention(attentionHeadDim, midBlock && addAttention, downBlockTypes, upBlockTypes, blockOutChannels);
        check.classes(classEmbedType, numClassEmbeds);
        check.throwIfWrong();
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
                ImageSize.square(sampleSize),
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
                true,
                1,
                1,
                8,
                groups,
                null,
                1e-5,
                true,
                null,
                null);
    }

    /** This network with a table of so many class embeddings. */
    public UNet2DConfig withClassEmbeds(int count) {
        return new UNet2DConfig(
                sampleSize,
                inChannels,
                outChannels,
                centerInputSample,
                flipSinToCos,
                freqShift,
                timeEmbeddingDim,
                downBlockTypes,
                upBlockTypes,
                blockOutChannels,
                layersPerBlock,
                midBlock,
                midBlockScaleFactor,
                downsamplePadding,
                attentionHeadDim,
                normNumGroups,
                attnNormNumGroups,
                normEps,
                addAttention,
                null,
                count);
    }

    /** Number of resolutions. */
    public int levels() {
        return blockOutChannels.size();
    }

    /** True if both networks answer for the same images: same channels, same size, same classes. */
    public boolean fits(UNet2DConfig other) {
        return inChannels == other.inChannels
                && outChannels == other.outChannels
                && Objects.equals(sampleSize, other.sampleSize)
                && Objects.equals(classEmbedType, other.classEmbedType)
                && Objects.equals(numClassEmbeds, other.numClassEmbeds);
    }

    /** What the network takes, for a person: {@code 1x28x28}, or {@code 1x28x28 with num_class_embeds 11}. */
    public String inputs() {
        String images = inChannels + "x" + sampleSize;
        if (!classConditional()) {
            return images;
        }
        return images + " with "
                + (classEmbedType == null
                        ? "num_class_embeds " + numClassEmbeds
                        : "class_embed_type " + classEmbedType);
    }

    /** True if the network must be told the class of each image. */
    public boolean classConditional() {
        return classEmbedType != null || numClassEmbeds != null;
    }

    /**
     * The label "no class", the last row of the table, where a training drops labels: classes of data are 0 to one less.
     *
     * @throws IllegalStateException if the network has no table, or no other row
     */
    public int nullClass() {
        if (numClassEmbeds == null || numClassEmbeds < 2) {
            throw new IllegalStateException(
                    "UNet2DModel: num_class_embeds is " + numClassEmbeds + ": there is no null class beside others");
        }
        return numClassEmbeds - 1;
    }

    /**
     * The number of labels that the network can be told, the null class among them.
     *
     * @throws IllegalStateException if the network has no table of them
     */
    public int labelCount() {
        return nullClass() + 1;
    }

    /** Problem of asking a class-conditional network about this class; empty if there is none. */
    public Optional<String> labelProblem(int label) {
        if (UNet2DConfigCheck.IDENTITY.equals(classEmbedType)) {
            return Optional.of("class_embed_type identity takes a vector for each row, no class label");
        }
        return label >= 0 && (numClassEmbeds == null || label < numClassEmbeds)
                ? Optional.empty()
                : Optional.of("the class label " + label + " is outside of "
                        + (numClassEmbeds == null
                                ? "0.."
                                : "0.." + (numClassEmbeds - 1) + " (num_class_embeds " + numClassEmbeds + ")"));
    }

    /**
     * Height of the images.
     *
     * @throws IllegalStateException if the size is left open
     */
    public int height() {
        return stated().height();
    }

    /** Width of the images; see {@link #height}. */
    public int width() {
        return stated().width();
    }

    /**
     * Problem of running the network on images of this size; empty if there is none: every level halves it, and what is doubled on the way up
     * must meet the way down again.
     */
    public Optional<String> sizeProblem(ImageSize size) {
        int factor = 1 << (levels() - 1);
        boolean fits =
                size.height() > 0 && size.width() > 0 && size.height() % factor == 0 && size.width() % factor == 0;
        return fits
                ? Optional.empty()
                : Optional.of(
                        "height and width must be positive multiples of " + factor + " (2^(levels - 1)), were " + size);
    }

    private ImageSize stated() {
        if (sampleSize == null) {
            throw new IllegalStateException("UNet2DModel: sample_size is null: the size of the images is left open");
        }
        return sampleSize;
    }

    /**
     * @param what the images, in the error
     * @throws IllegalArgumentException if the network does not take images of this shape
     */
    public void requireImages(String what, ImageDataSet images) {
        if (images.channels() != inChannels || images.height() != height() || images.width() != width()) {
            throw new IllegalArgumentException(what + " has " + images.channels() + "x" + images.height() + "x"
                    + images.width() + " images, the network takes " + inChannels + "x" + sampleSize);
        }
    }

    /**
     * @param what the images, in the error
     * @param classes labels must be within 0..classes - 1
     * @throws IllegalArgumentException naming the first image whose label is not
     */
    public void requireLabels(String what, ImageDataSet images, int classes) {
        for (int i = 0; i < images.count(); i++) {
            int label = images.label(i);
            if (label < 0 || label >= classes) {
                throw new IllegalArgumentException(what + ": image " + i + " has the label " + label
                        + ", the network's classes are 0.." + (classes - 1) + " (num_class_embeds " + numClassEmbeds
                        + (classes < numClassEmbeds ? ", the last one is no class" : "") + ")");
            }
        }
    }

    /** Width of the time embedding. */
    public int timeWidth() {
        return timeEmbeddingDim == null ? 4 * blockOutChannels.get(0) : timeEmbeddingDim;
    }
}
