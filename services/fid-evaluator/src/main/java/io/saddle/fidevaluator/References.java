package io.saddle.fidevaluator;

import io.saddle.artifact.FileDigest;
import io.saddle.diffusion.data.ClassSelection;
import io.saddle.diffusion.data.ImageDataSet;
import io.saddle.diffusion.evaluation.FeatureExtractor;
import io.saddle.diffusion.evaluation.FeatureGaussian;
import io.saddle.diffusion.evaluation.FeatureReference;
import io.saddle.diffusion.evaluation.ImageClassifier;
import io.saddle.diffusion.evaluation.ImageFeatures;
import io.saddle.diffusion.evaluation.StatisticsFile;
import io.saddle.diffusion.files.Sha256;
import io.saddle.diffusion.random.RandomStreams;
import io.saddle.diffusion.sampling.ImageBatch;
import io.saddle.model.BoundedCache;
import io.saddle.model.SelectedData;
import io.saddle.model.data.DataRoots;
import io.saddle.model.data.FileVersions;
import io.saddle.model.data.ImageSets;
import io.saddle.run.spec.DataSelections;
import io.saddle.run.spec.RunSpec;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The real images that samples are held against, as networks see them; computed once for each network, and again where their files have
 * changed. One thread at a time.
 */
final class References {

    private static final Logger LOG = LoggerFactory.getLogger(References.class);

    /** Those on a thousand features with 10,000 rows take 60 MB each, those on a small classifier's little. */
    private static final long KEPT_BYTES = 256L << 20;

    private static final int BATCH = 128;

    private static final String SHA256 = ", sha256 ";
    private static final String KEY = "evaluation.referenceStatistics: ";

    /** @param network its identity, which says beyond doubt whose features they are */
    private record Key(RunSpec.Data reference, List<FileVersions.Version> files, String network) {}

    private record Read(Path file, List<FileVersions.Version> version) {}

    private final SelectedData data;
    private final DataRoots roots;
    private final BoundedCache<Key, FeatureReference> references =
            new BoundedCache<>(KEPT_BYTES, FeatureReference::bytes, reference -> {});

    private final BoundedCache<Read, Statistics> statistics = new BoundedCache<>(
            KEPT_BYTES,
            kept -> Double.BYTES
                    * (long) kept.gaussian().dimensions()
                    * kept.gaussian().dimensions(),
            kept -> {});

    private final FileVersions statisticsFiles = new FileVersions();

    References(ImageSets sets, DataRoots roots) {
        this.roots = roots;
        data = SelectedData.readAnewWhereChanged(sets);
    }

    /** All images of the files or the data set that a reference is of. */
    ImageDataSet whole(RunSpec.Data reference) throws IOException {
        return data.whole(DataSelections.toAvro(reference));
    }

    /** The reference under a network. */
    FeatureReference of(RunSpec.Data reference, FeatureExtractor extractor) throws IOException {
        return references.get(new Key(reference, versions(reference), extractor.identity()), key -> {
            ImageDataSet images = images(key.reference());
            LOG.info("{}: features of {} reference images, once", extractor.name(), images.count());
            return FeatureReference.of(ImageFeatures.collected(extractor, images));
        });
    }

    /** Part of the key of what is kept of a reference: its files may be written anew while runs are judged. */
    List<FileVersions.Version> versions(RunSpec.Data reference) throws IOException {
        return data.versions(DataSelections.toAvro(reference));
    }

    /**
     * Statistics in place of images, read once, and again where the file has changed.
     *
     * @param sha256 of the file
     * @param features whose they are of; empty where the file does not say
     */
    record Statistics(FeatureGaussian gaussian, Path file, String sha256, Optional<String> features) {

        String name() {
            return file + SHA256 + Sha256.shown(sha256);
        }
    }

    /**
     * The statistics that a run is submitted with.
     *
     * @throws IOException if they cannot be read, or have changed since
     */
    Statistics statistics(RunSpec.Statistics named) throws IOException {
        Statistics found;
        try {
            found = statistics(roots.path(named.file()));
        } catch (IOException e) {
            throw new IOException(KEY + e.getMessage(), e);
        }
        if (named.sha256() != null && !named.sha256().equals(found.sha256())) {
            throw new IOException(KEY + found.file() + " has changed since the run was submitted: it has the sha256 "
                    + found.sha256() + ", it was " + named.sha256());
        }
        return found;
    }

    private Statistics statistics(Path file) throws IOException {
        return statistics.get(
                new Read(file, statisticsFiles.of(List.of(file))),
                key -> new Statistics(
                        StatisticsFile.read(file), file, FileDigest.of(file).sha256(), StatisticsFile.features(file)));
    }

    /**
     * Statistics as a reference.
     *
     * @throws IOException as {@link #statistics}, or if they are of other features
     */
    FeatureReference of(RunSpec.Statistics named, FeatureExtractor extractor) throws IOException {
        Statistics statistics = statistics(named);
        FeatureGaussian gaussian = statistics.gaussian();
        if (gaussian.dimensions() != extractor.dimensions()) {
            throw ofOtherFeatures(statistics.file(), gaussian.dimensions() + " features", extractor);
        }
        Optional<String> another =
                statistics.features().filter(name -> !network(name).equals(network(extractor.name())));
        if (another.isPresent()) {
            throw ofOtherFeatures(statistics.file(), "the features of " + another.get(), extractor);
        }
        return FeatureReference.of(gaussian);
    }

    private static IOException ofOtherFeatures(Path file, String found, FeatureExtractor extractor) {
        return new IOException(KEY + file + " is about " + found
                + ", the evaluator's are " + extractor.name()
                + "; make statistics with the same features (./saddle fid IMAGES --save FILE.npz), or set "
                + InceptionSetting.PATH + " to the file that they were made with");
    }

    /** What an extractor's name says from the SHA-256 on: the same network's file may be called otherwise on another machine. */
    private static String network(String name) {
        return name.substring(Math.max(0, name.indexOf(SHA256)));
    }

    /** Share of the reference's images of which a classifier says the class that they have. */
    double accuracy(RunSpec.Data reference, ImageClassifier classifier) throws IOException {
        ImageDataSet images = images(reference).classified();
        int right = 0;
        for (int from = 0; from < images.count(); from += BATCH) {
            int to = Math.min(images.count(), from + BATCH);
            int[] seen = classifier.classify(ImageBatch.of(images, from, to));
            for (int i = from; i < to; i++) {
                right += seen[i - from] == images.label(i) ? 1 : 0;
            }
        }
        return right / (double) images.count();
    }

    /** In words. */
    String name(RunSpec.Data reference) throws IOException {
        StringBuilder name = new StringBuilder(reference.images());
        if (reference.where() != null) {
            name.append(", where ").append(reference.where());
        }
        if (!reference.groups().isEmpty()) {
            name.append(", groups ").append(reference.groups());
        } else if (!reference.classes().isEmpty()) {
            name.append(", classes ").append(reference.classes());
        } else {
            Map<Integer, Integer> classes = chosen(reference).classCounts();
            if (!classes.isEmpty()) {
                name.append(", balanced: ")
                        .append(Collections.min(classes.values()))
                        .append(" of each class");
            }
        }
        return name.append(", seed ").append(reference.seed()).toString();
    }

    /** In random order: files have one class after the other, and the first images are to stand for all. */
    private ImageDataSet images(RunSpec.Data reference) throws IOException {
        ImageDataSet chosen = chosen(reference);
        Map<Integer, Integer> classes = chosen.classCounts();
        if (reference.groups().isEmpty() && reference.classes().isEmpty() && !classes.isEmpty()) {
            chosen = ClassSelection.balanced(classes).from(chosen, reference.seed());
        }
        return chosen.select(new RandomStreams(reference.seed()).permutation(chosen.count(), "reference-order"));
    }

    private ImageDataSet chosen(RunSpec.Data reference) throws IOException {
        return data.open(DataSelections.toAvro(reference));
    }
}
