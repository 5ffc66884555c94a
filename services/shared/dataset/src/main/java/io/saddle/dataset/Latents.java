package io.saddle.dataset;

import java.util.List;

/**
 * What a data set of latents was made of, and with: of each image the latents, scaled, {@code (z - shift) * factor}; where an
 * encoder gives a distribution, their means.
 *
 * @param dataSet name and version of the data set that was encoded
 * @param dataSetSha256 of its images' bytes
 * @param autoencoder kind of the autoencoder, for a person
 * @param files all files of the autoencoder, so that no other one decodes them
 * @param imageChannels of the images
 * @param reduction pixels of an image along one side of a latent's pixel
 * @param scalingFactor of the autoencoder
 * @param shiftFactor of the autoencoder
 * @param mean of all latents
 * @param std their standard deviation; diffusion wants it near 1
 * @param drawn true if behind each image's means lie the standard deviations of as many normal distributions, scaled likewise: training
 *     draws from them
 */
public record Latents(
        String dataSet,
        String dataSetSha256,
        String autoencoder,
        List<AutoencoderFile> files,
        int imageChannels,
        int reduction,
        double scalingFactor,
        double shiftFactor,
        double mean,
        double std,
        boolean drawn) {

    /** The folder, within the data set's, that the autoencoder's files lie in: whoever has the latents can decode. */
    public static final String FOLDER = "autoencoder";

    /** A file of an autoencoder, by its name. */
    public record AutoencoderFile(String file, String sha256) {}

    public Latents {
        files = List.copyOf(files);
    }
}
