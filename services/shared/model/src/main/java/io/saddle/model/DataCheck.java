package io.saddle.model;

import io.saddle.artifact.StoreUnavailableException;
import io.saddle.dataset.Latents;
import io.saddle.diffusion.data.ImageDataSet;
import io.saddle.diffusion.network.UNet2DConfig;
import io.saddle.model.data.ImageSets;
import io.saddle.run.spec.DataSelections;
import io.saddle.run.spec.Problem;
import io.saddle.run.spec.RunSpec;
import io.saddle.schema.DataSelection;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;

/** The check of the data that a specification names: columns, classes, shapes, and what latents are of. It opens no pixels. */
final class DataCheck {
    private final ImageSets sets;
    private final SelectedData data;
    private final RunSpec spec;
    /** Null if it is wrong itself, or not known yet. */
    private final UNet2DConfig network;

    private final Findings findings;

    DataCheck(ImageSets sets, SelectedData data, RunSpec spec, UNet2DConfig network, Findings findings) {
        this.sets = sets;
        this.data = data;
        this.spec = spec;
        this.network = network;
        this.findings = findings;
    }

    /**
     * Checks data that is trained on or measured as it is.
     *
     * @param inherited what is wrong with the columns that the data inherits its condition from, which is not said again
     * @return what is wrong with its own columns
     */
    List<Problem> trained(String path, RunSpec.Data wanted, List<Problem> inherited) {
        if (wanted == null) {
            return List.of();
        }
        return columns(path, DataSelections.toAvro(wanted), inherited, images -> {
            requireSize(images);
            requireClasses(images);
            latents(path, wanted);
        });
    }

    /** Checks data that samples are compared with: images, whatever the run trains on. */
    void reference(String path, RunSpec.Data wanted, List<Problem> inherited) {
        Optional<Latents> latents;
        try {
            latents = sets.latents(spec.data().images());
        } catch (IOException | IllegalArgumentException e) {
            StoreUnavailableException.letThrough(e);
            // The run's data has been said to be wrong.
            return;
        }
        if (latents.isEmpty()) {
            trained(path, wanted, inherited);
            return;
        }
        findings.attempt(
                path,
                () -> columns(
                        path,
                        sets.pictures(DataSelections.toAvro(wanted)),
                        inherited,
                        images -> requireDecoded(images, latents.get())));
    }

    /** Generated images are held against the mean and covariance of these images' features. */
    void compared(String path, RunSpec.Data wanted) {
        try {
            if (data.open(DataSelections.toAvro(wanted)).count() < 2) {
                findings.add(
                        path,
                        "is a single image, whose features have no covariance; generated images are compared with two at least");
            }
        } catch (IOException | IllegalArgumentException e) {
            StoreUnavailableException.letThrough(e);
            // The data itself has been said to be wrong.
            return;
        }
    }

    /** A share is meant of some classes, not of none and not of all. */
    void share(String path, RunSpec.Data wanted) {
        DataSelection selection = DataSelections.toAvro(wanted);
        try {
            Set<Integer> classes = data.classes(selection);
            if (classes.isEmpty()) {
                findings.add(path + ".class", "class-frequency needs classes, the data has none; name a column");
            } else if (classes.equals(data.whole(selection).classCounts().keySet())) {
                findings.add(
                        path, "class-frequency is about a share of the images, this data has all classes there are");
            }
        } catch (IOException | IllegalArgumentException e) {
            StoreUnavailableException.letThrough(e);
            // The data itself has been said to be wrong.
            return;
        }
    }

    private interface ImageCheck {
        void of(ImageDataSet images) throws IOException;
    }

    private List<Problem> columns(
            String path, DataSelection selection, List<Problem> inherited, ImageCheck imagesAreFit) {
        List<Problem> columns = new ArrayList<>();
        findings.attempt(path, () -> {
            columns.addAll(sets.problems(selection));
            if (columns.isEmpty()) {
                imagesAreFit.of(data.open(selection));
            }
        });
        findings.addAll(Problem.under(path, Problem.without(inherited, columns)));
        return columns;
    }

    private void requireSize(ImageDataSet images) throws IOException {
        if (network != null
                && (images.height() != network.height()
                        || images.width() != network.width()
                        || images.channels() != network.inChannels())) {
            throw new IOException("the images are " + shape(images) + ", the network takes " + network.inChannels()
                    + "x" + network.sampleSize());
        }
    }

    private void requireDecoded(ImageDataSet images, Latents latents) throws IOException {
        if (network == null) {
            return;
        }
        int height = network.height() * latents.reduction();
        int width = network.width() * latents.reduction();
        if (images.channels() != latents.imageChannels() || images.height() != height || images.width() != width) {
            throw new IOException("the images are " + shape(images) + ", what the run's latents decode to is "
                    + latents.imageChannels() + "x" + height + "x" + width);
        }
    }

    private static String shape(ImageDataSet images) {
        return images.channels() + "x" + images.height() + "x" + images.width();
    }

    /** Numbers of one autoencoder say nothing to another one, though their shape may be the same. */
    private void latents(String path, RunSpec.Data wanted) throws IOException {
        Optional<Latents> latents = sets.latents(wanted.images());
        Optional<Latents> runs = sets.latents(spec.data().images());
        if (!latents.map(Latents::files).equals(runs.map(Latents::files))) {
            throw new IOException(wanted.images() + " holds " + kind(latents) + ", the run's data " + kind(runs)
                    + ": encode both with the same autoencoder");
        }
        if (wanted.latents() != latents.isPresent()) {
            findings.add(path + ".latents", "is filled in by itself: the data set holds " + kind(latents));
        }
        // Judges look at them.
        sets.pictures(wanted);
        if (latents.isPresent() && wanted.augment() != null && wanted.augment().horizontalFlip() > 0) {
            findings.add(
                    path + ".augment.horizontalFlip",
                    "is for images: mirrored latents are not the latents of mirrored images; encode mirrored images too");
        }
        if (wanted.latentMeans() && !latents.map(Latents::drawn).orElse(false)) {
            findings.add(
                    path + ".latentMeans", "is for latents with distributions; this data has none to take means of");
        }
    }

    /** What a data set holds, for a person. */
    static String kind(Optional<Latents> latents) {
        return latents.map(of -> "latents by " + of.autoencoder() + " " + of.files())
                .orElse("images");
    }

    /** A network that is told classes has an embedding for each, and one more for "no class". */
    private void requireClasses(ImageDataSet images) throws IOException {
        if (network == null || !network.classConditional()) {
            return;
        }
        SortedMap<Integer, Integer> classes = images.classCounts();
        requireTheRunsNames(images, classes.keySet());
        if (classes.isEmpty()) {
            throw new IOException("the network is told classes (model.unet.num_class_embeds), the data has none;"
                    + " name a column (class)");
        }
        if (classes.lastKey() >= network.nullClass()) {
            throw new IOException("the largest label is " + classes.lastKey() + " ("
                    + images.className(classes.lastKey()) + "): model.unet.num_class_embeds must be at least "
                    + (classes.lastKey() + 2)
                    + ", one embedding for each label from 0 on and one for no class, was "
                    + network.numClassEmbeds());
        }
    }

    /** A label is one class to the network, whatever column it was taken from. */
    private void requireTheRunsNames(ImageDataSet images, Set<Integer> labels) throws IOException {
        ImageDataSet objective = data.open(DataSelections.toAvro(spec.data()));
        for (int label : labels) {
            if (!images.className(label).equals(objective.className(label))) {
                throw new IOException("class " + label + " is " + images.className(label) + " here and "
                        + objective.className(label) + " in the run's data: the network is told the label alone");
            }
        }
    }
}
