package io.saddle.fidevaluator;

import io.saddle.artifact.FileDigest;
import io.saddle.diffusion.data.ClassSelection;
import io.saddle.diffusion.data.ImageDataSet;
import io.saddle.diffusion.evaluation.ClassifierFeatures;
import io.saddle.diffusion.evaluation.DigitClassifier;
import io.saddle.diffusion.evaluation.FeatureExtractor;
import io.saddle.diffusion.evaluation.FeatureGaussian;
import io.saddle.diffusion.evaluation.ImageFeatures;
import io.saddle.diffusion.evaluation.StatisticsFile;
import io.saddle.model.BoundedCache;
import io.saddle.model.SelectedData;
import io.saddle.model.TrainedClassifiers;
import io.saddle.model.data.ImageSets;
import io.saddle.run.spec.DataSelections;
import io.saddle.run.spec.RunSpec;
import jakarta.enterprise.context.ApplicationScoped;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Collections;
import java.util.Map;
import org.eclipse.microprofile.config.inject.ConfigProperty;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Makes the judges of runs: classifier and reference statistics, once for each reference. One thread at a time. */
@ApplicationScoped
public class Judges {

    private static final Logger LOG = LoggerFactory.getLogger(Judges.class);
    private static final int SHOWN_DIGITS = 12;
    private static final int KEPT = 16;

    private record Key(RunSpec.Data reference, String statistics) {}

    private final TrainedClassifiers classifiers;
    private final InceptionSetting inception;
    private final ImageSets sets;
    private final SelectedData data;
    private final BoundedCache<Key, Judge> judges =
            new BoundedCache<>(KEPT, judge -> judge.classifier().close());

    public Judges(
            @ConfigProperty(name = "saddle.classifiers.dir") Path folder, InceptionSetting inception, ImageSets sets) {
        this.sets = sets;
        data = new SelectedData(sets);
        this.classifiers = new TrainedClassifiers(folder, LOG::info);
        this.inception = inception;
    }

    /**
     * The judge of a run; a reference that names no classes is balanced: as many of each as the rarest has.
     *
     * @throws IOException naming the key of the specification, if the reference cannot be read or does not fit the features
     */
    Judge of(RunSpec.Evaluation evaluation) throws IOException {
        return judges.get(new Key(evaluation.reference(), evaluation.referenceStatistics()), this::make);
    }

    private Judge make(Key key) throws IOException {
        RunSpec.Data reference = key.reference();
        ImageDataSet whole = sets.open(reference.images(), reference.labels());
        DigitClassifier classifier = classifiers.of(reference.images(), reference.labels(), whole);
        FeatureExtractor extractor =
                inception.features().orElseGet(() -> new ClassifierFeatures(classifier, reference.images()));
        if (key.statistics() != null) {
            return new Judge(
                    extractor, classifier, statistics(key.statistics(), extractor), fileId(Path.of(key.statistics())));
        }
        boolean balanced = reference.classes().isEmpty();
        int smallest = Collections.min(whole.classCounts().values());
        ImageDataSet chosen = balanced
                ? new ClassSelection(Map.of(), new ClassSelection.Amount.Count(smallest)).from(whole, reference.seed())
                : data.open(DataSelections.toAvro(reference));
        String referenceId = reference.images()
                + (balanced ? ", balanced: " + smallest + " of each class" : ", classes " + reference.classes())
                + ", seed " + reference.seed();
        return new Judge(extractor, classifier, ImageFeatures.of(extractor, chosen), referenceId);
    }

    private static FeatureGaussian statistics(String file, FeatureExtractor extractor) throws IOException {
        FeatureGaussian statistics = StatisticsFile.read(Path.of(file));
        if (statistics.dimensions() != extractor.dimensions()) {
            throw new IOException("evaluation.referenceStatistics: " + file + " is about " + statistics.dimensions()
                    + " features, the evaluator's are " + extractor.name()
                    + "; make statistics with the same features (./saddle fid IMAGES --save FILE.npz), or set "
                    + InceptionSetting.PATH + " to the file that they were made with");
        }
        return statistics;
    }

    private static String fileId(Path file) throws IOException {
        return file + ", sha256 " + FileDigest.of(file).sha256().substring(0, SHOWN_DIGITS) + "...";
    }
}
