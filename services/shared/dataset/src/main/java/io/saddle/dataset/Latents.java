package io.saddle.dataset;

import java.util.List;

/**
 * What a data set of latents was made of, and with: the mean of each image's latents, scaled, {@code (z - shift) * factor}.
 *
 * @param dataSet name and version of the data set that was encoded
 * @param dataSetSha256 of its images' bytes
 * @param autoencoder kind of the autoencoder, for a person
 * @param files all files of the autoencoder, so that no other one decodes them
 * @param reduction pixels of an image along one side of a latent's pixel
 * @param scalingFactor of the autoencoder
 * @param shiftFactor of the autoencoder
 * @param mean of all numbers of the data set
 * @param std their standard deviation; diffusion wants it near 1
 */
public record Latents(
        String dataSet,
        String dataSetSha256,
        String autoencoder,
        List<AutoencoderFile> files,
        int reduction,
        double scalingFactor,
        double shiftFactor,
        double mean,
        double std) {

    /** A file of an autoencoder, by its name. */
    public record AutoencoderFile(String file, String sha256) {}

    public Latents {
        files = List.copyOf(files);
    }
}
