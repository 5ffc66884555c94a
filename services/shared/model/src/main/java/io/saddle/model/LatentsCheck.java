package io.saddle.model;

import io.saddle.artifact.FileDigest;
import io.saddle.artifact.StoreUnavailableException;
import io.saddle.dataset.Latents;
import io.saddle.dataset.Latents.AutoencoderFile;
import io.saddle.diffusion.files.DiffusersFolder;
import io.saddle.model.data.ImageSets;
import io.saddle.run.spec.RunSpec;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/**
 * The check of the models that a run starts from or is compared with against its data: both images, or latents by the same autoencoder.
 * Nothing is said of a model that does not tell: one that saddle did not write, or of latents by an autoencoder that is gone.
 */
final class LatentsCheck {
    private final ImageSets sets;
    private final RunSpec spec;

    LatentsCheck(ImageSets sets, RunSpec spec) {
        this.sets = sets;
        this.spec = spec;
    }

    /**
     * Looks whether a model makes what the run's data holds.
     *
     * @param address of the model, as the specification has it
     * @throws IOException saying what both are, if they differ
     */
    void require(String address, DiffusersFolder model) throws IOException {
        if (model.latents().isEmpty() && !RunModels.isMeant(address)) {
            // diffusers' own folders hold networks of latents, too, and none says so.
            return;
        }
        Optional<Latents> runs;
        try {
            runs = sets.latents(spec.data().images());
        } catch (IOException | IllegalArgumentException e) {
            StoreUnavailableException.letThrough(e);
            // The run's data has been said to be wrong.
            return;
        }
        if (model.latents().isPresent() != runs.isPresent()) {
            String makes =
                    model.latents().map(latents -> "latents of " + latents).orElse("images");
            throw new IOException(different(address, makes, runs));
        }
        Optional<Latents> models = model.latents().flatMap(this::known);
        boolean another = models.isPresent()
                && !models.get().files().equals(runs.orElseThrow().files())
                && !holds(model.autoencoder(), runs.get().files());
        if (another) {
            throw new IOException(different(
                    address, DataCheck.kind(models) + " (" + model.latents().get() + ")", runs));
        }
    }

    private String different(String address, String makes, Optional<Latents> runs) {
        return address + " makes " + makes + ", the run's data " + spec.data().images() + " holds "
                + DataCheck.kind(runs)
                + ": the numbers of one say nothing to the other, though their shape may be the same; take a model that"
                + " was trained on "
                + (runs.isPresent() ? "latents by the same autoencoder" : "images");
    }

    /** What is known of a data set that a model names: it may be gone, and of a model from elsewhere it was never here. */
    private Optional<Latents> known(String dataSet) {
        try {
            return sets.latents(dataSet);
        } catch (IOException | IllegalArgumentException e) {
            StoreUnavailableException.letThrough(e);
            return Optional.empty();
        }
    }

    /** In another store the data set of this name may be another one: what came along with the model is what decodes it. */
    private static boolean holds(Path folder, List<AutoencoderFile> files) throws IOException {
        for (AutoencoderFile file : files) {
            Path found = folder.resolve(file.file());
            if (!Files.isRegularFile(found) || !FileDigest.of(found).sha256().equals(file.sha256())) {
                return false;
            }
        }
        return true;
    }
}
