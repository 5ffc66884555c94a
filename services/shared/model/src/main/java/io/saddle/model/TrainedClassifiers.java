package io.saddle.model;

import io.saddle.artifact.DurableFiles;
import io.saddle.diffusion.data.DataSets;
import io.saddle.diffusion.data.ImageDataSet;
import io.saddle.diffusion.evaluation.ClassifierTraining;
import io.saddle.diffusion.evaluation.DigitClassifier;
import io.saddle.diffusion.evaluation.RotatedImages;
import io.saddle.diffusion.files.Sha256;
import io.saddle.diffusion.torch.Openings;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Locale;
import java.util.function.Consumer;
import java.util.zip.CRC32;

/**
 * The small classifiers of labelled data sets: trained on the whole set at first use and kept, so that everything is judged by
 * the very same one from then on.
 *
 * @param folder where they are kept; created
 * @param say told when one is trained, which takes some seconds
 */
public record TrainedClassifiers(Path folder, Consumer<String> say) {

    private static final long SEED = 1;
    /** Of pictures that have no classes; a few minutes of training on a processor at most. */
    private static final int MOST_TURNED = 20_000;

    /**
     * The classifier of a data set; the caller closes it.
     *
     * @param images address of the images, see {@link DataSets#open}
     * @throws IOException if the data or the kept classifier cannot be read, naming that one's folder
     */
    public DigitClassifier of(String images, String labels) throws IOException {
        return of(new ImageFiles(images, labels, null), DataSets.open(images, labels));
    }

    /**
     * As {@link #of(String, String)}; images without a class are left out.
     *
     * @param all what the files hold
     * @throws IOException also if there are fewer than two classes to tell apart
     */
    public DigitClassifier of(ImageFiles files, ImageDataSet all) throws IOException {
        ImageDataSet whole = all.classified();
        if (whole.classCounts().size() < 2) {
            throw new IOException(files.labels() + " has no classes to tell apart: " + whole.classCounts()
                    + " (label = images); name the column of the data set that is the class (data: {class: COLUMN})");
        }
        String id = files.sha256() == null
                ? files.images() + "|" + files.labels() + "|" + whole.classCounts()
                : "sha256 " + files.sha256();
        return keptOrTrained(files.images(), id, whole);
    }

    /**
     * A classifier that tells turned images apart: its features need no classes.
     *
     * @param all what the files hold
     * @throws IOException if the kept classifier cannot be read
     */
    public DigitClassifier ofRotations(ImageFiles files, ImageDataSet all) throws IOException {
        ImageDataSet turned = RotatedImages.of(all, MOST_TURNED);
        String what = rotations(files.images());
        String id = files.sha256() == null ? what + "|" + all.count() : rotations("sha256 " + files.sha256());
        return keptOrTrained(what, id, turned);
    }

    /** What a classifier of turned images says that it was trained on. */
    static String rotations(String images) {
        return "rotations of " + images;
    }

    private DigitClassifier keptOrTrained(String what, String id, ImageDataSet whole) throws IOException {
        Path place = folder.resolve("small-cnn-" + Sha256.of(id.getBytes(StandardCharsets.UTF_8)) + "-seed-" + SEED);
        if (Files.isDirectory(place)) {
            return kept(place);
        }
        Path earlier = folder.resolve(earlierName(id));
        if (Files.isDirectory(earlier)) {
            return kept(earlier);
        }
        say.accept("training the small classifier on " + what + " (" + whole.count() + " images), once");
        DigitClassifier trained = ClassifierTraining.DEFAULT.train(whole, SEED);
        say.accept(String.format(
                Locale.ROOT,
                "classifier trained: held-out accuracy %.2f %%",
                100 * trained.description().heldOutAccuracy()));
        try (Openings openings = new Openings()) {
            openings.add(trained);
            keepWhereThereIsRoom(trained, place);
            return openings.keep(trained);
        }
    }

    /** By its seed, the next process here makes the very same one: what is trained is used, and not trained again for want of room. */
    private void keepWhereThereIsRoom(DigitClassifier trained, Path place) throws IOException {
        try {
            keep(trained, place);
        } catch (IOException e) {
            if (!DurableFiles.hasNoRoom(e)) {
                throw e;
            }
            say.accept("there is no room in " + folder + ": the classifier is used, and not kept");
        }
    }

    /** The place in earlier releases. None is kept by a CRC-32 any more: whoever chooses a data set's name can choose that, too. */
    static String earlierName(String id) {
        CRC32 digest = new CRC32();
        digest.update(id.getBytes(StandardCharsets.UTF_8));
        return "small-cnn-%08x-seed-%d".formatted(digest.getValue(), SEED);
    }

    /** One that is damaged is not trained anew unasked: on another kind of processor it would be another one. */
    private static DigitClassifier kept(Path place) throws IOException {
        try {
            return DigitClassifier.load(place);
        } catch (IOException e) {
            throw new IOException(
                    "the small classifier in " + place + " cannot be read; if it is damaged, delete that folder:"
                            + " it is trained anew",
                    e);
        }
    }

    private void keep(DigitClassifier trained, Path place) throws IOException {
        Files.createDirectories(folder);
        Path temp = Files.createTempDirectory(folder, ".new-");
        try {
            trained.save(temp);
            DurableFiles.syncTree(temp);
            Files.move(temp, place, StandardCopyOption.ATOMIC_MOVE);
        } catch (IOException e) {
            DurableFiles.deleteTree(temp);
            // Another process was as quick, with the same seed and so the same classifier.
            if (!Files.isDirectory(place)) {
                throw e;
            }
        }
        DurableFiles.sync(folder);
    }
}
