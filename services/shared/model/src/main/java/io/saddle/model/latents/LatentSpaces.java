package io.saddle.model.latents;

import io.saddle.dataset.Latents;
import io.saddle.diffusion.autoencoder.Autoencoder;
import io.saddle.diffusion.autoencoder.AutoencoderFiles;
import io.saddle.diffusion.network.Precision;
import io.saddle.model.BoundedCache;
import io.saddle.model.data.ImageSets;
import io.saddle.run.spec.RunSpec;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.io.IOException;
import java.util.List;

/**
 * The autoencoders of runs that train on latents, each loaded once. They come with the data sets that they made; whoever may write
 * data sets to the artifact store decides what is run here, since a TorchScript autoencoder is a program. One thread at a time.
 */
@Singleton
public final class LatentSpaces implements AutoCloseable {
    /** Runs of one latent space are the rule; a large autoencoder takes 335 MB. */
    private static final int KEPT = 2;

    private final ImageSets sets;
    private final BoundedCache<List<Latents.AutoencoderFile>, Autoencoder> open =
            new BoundedCache<>(KEPT, Autoencoder::close);

    @Inject
    public LatentSpaces(ImageSets sets) {
        this.sets = sets;
    }

    /**
     * The autoencoder that decodes what a run's network makes; it is not the caller's to close.
     *
     * @return null for a run that trains on images
     * @throws IOException naming the file, if it cannot be read or is another one
     */
    public Autoencoder of(RunSpec spec) throws IOException {
        return spec.data().latents() ? of(spec.data().images()) : null;
    }

    /**
     * The autoencoder of a data set of latents.
     *
     * @param images its address
     * @throws IOException naming the file, if it cannot be read or is another one
     */
    public Autoencoder of(String images) throws IOException {
        Latents latents = sets.latents(images).orElseThrow(() -> new IOException(images + " holds no latents"));
        return open.get(
                latents.files(),
                files -> AutoencoderFiles.open(sets.autoencoder(images)).load(Precision.FP32));
    }

    @Override
    public void close() {
        open.close();
    }
}
