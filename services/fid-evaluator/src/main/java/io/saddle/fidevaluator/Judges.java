package io.saddle.fidevaluator;

import io.saddle.binding.SelectedData;
import io.saddle.diffusion.data.ClassSelection;
import io.saddle.diffusion.data.DataSets;
import io.saddle.diffusion.data.ImageDataSet;
import io.saddle.diffusion.evaluation.DigitClassifier;
import io.saddle.diffusion.evaluation.FeatureStatistics;
import io.saddle.diffusion.sampling.ImageBatch;
import io.saddle.spec.DataSelections;
import io.saddle.spec.RunSpec;
import jakarta.enterprise.context.ApplicationScoped;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Collections;
import java.util.HashMap;
import java.util.Map;
import java.util.zip.CRC32;
import org.eclipse.microprofile.config.inject.ConfigProperty;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Makes the judge of a run's reference data: trains the classifier on the whole labelled set at first use and keeps it in the
 * data folder, so that every later run is judged by the very same one. One thread at a time.
 */
@ApplicationScoped
public class Judges {

    private static final Logger LOG = LoggerFactory.getLogger(Judges.class);
    private static final long CLASSIFIER_SEED = 1;
    private static final int ROWS = 512;

    private final Path folder;
    private final SelectedData data = new SelectedData();
    private final Map<RunSpec.Data, Judge> judges = new HashMap<>();

    public Judges(@ConfigProperty(name = "saddle.data.dir") Path dataDir) {
        this.folder = dataDir.resolve("classifiers");
    }

    /** The judge for a reference; a reference that names no classes is balanced: as many of each as the rarest has. */
    Judge of(RunSpec.Data reference) throws IOException {
        Judge known = judges.get(reference);
        if (known == null) {
            known = make(reference);
            judges.put(reference, known);
        }
        return known;
    }

    private Judge make(RunSpec.Data reference) throws IOException {
        ImageDataSet whole = DataSets.open(reference.images(), reference.labels());
        DigitClassifier classifier = classifier(reference, whole);
        boolean balanced = reference.classes().isEmpty();
        int smallest = Collections.min(whole.classCounts().values());
        ImageDataSet chosen = balanced
                ? new ClassSelection(Map.of(), new ClassSelection.Amount.Count(smallest)).from(whole, reference.seed())
                : data.open(DataSelections.toAvro(reference));
        String extractor = "small-cnn (64 features, %.2f %% held-out accuracy, trained on %s)"
                .formatted(100 * classifier.description().heldOutAccuracy(), reference.images());
        String referenceId = reference.images()
                + (balanced ? ", balanced: " + smallest + " of each class" : ", classes " + reference.classes())
                + ", seed " + reference.seed();
        return new Judge(classifier, extractor, statistics(classifier, chosen), referenceId);
    }

    private DigitClassifier classifier(RunSpec.Data reference, ImageDataSet whole) throws IOException {
        CRC32 digest = new CRC32();
        digest.update((reference.images() + "|" + reference.labels() + "|" + whole.classCounts())
                .getBytes(StandardCharsets.UTF_8));
        Path place = folder.resolve("small-cnn-%08x-seed-%d".formatted(digest.getValue(), CLASSIFIER_SEED));
        if (Files.isDirectory(place)) {
            return DigitClassifier.load(place);
        }
        LOG.info("training the classifier on {} ({} images)", reference.images(), whole.count());
        DigitClassifier trained = DigitClassifier.train(whole, CLASSIFIER_SEED);
        LOG.info(
                "classifier trained: held-out accuracy {}",
                trained.description().heldOutAccuracy());
        Files.createDirectories(folder);
        Path temp = Files.createTempDirectory(folder, ".new-");
        trained.save(temp);
        Files.move(temp, place, StandardCopyOption.ATOMIC_MOVE);
        return trained;
    }

    private static FeatureStatistics statistics(DigitClassifier classifier, ImageDataSet images) {
        FeatureStatistics statistics = null;
        for (int from = 0; from < images.count(); from += ROWS) {
            int rows = Math.min(ROWS, images.count() - from);
            float[] pixels = new float[rows * images.imageSize()];
            for (int i = 0; i < rows; i++) {
                images.scaled(from + i, pixels, i * images.imageSize());
            }
            float[] features = classifier.features(
                    new ImageBatch(pixels, rows, images.channels(), images.height(), images.width()));
            if (statistics == null) {
                statistics = new FeatureStatistics(features.length / rows);
            }
            statistics.add(features);
        }
        return statistics;
    }
}
