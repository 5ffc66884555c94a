package io.saddle.fidevaluator;

import io.saddle.artifact.FileDigest;
import io.saddle.diffusion.data.ClassSelection;
import io.saddle.diffusion.data.ImageDataSet;
import io.saddle.diffusion.evaluation.ClassifierFeatures;
import io.saddle.diffusion.evaluation.FeatureExtractor;
import io.saddle.diffusion.evaluation.FeatureGaussian;
import io.saddle.diffusion.evaluation.ImageFeatures;
import io.saddle.diffusion.evaluation.StatisticsFile;
import io.saddle.model.BoundedCache;
import io.saddle.model.SelectedData;
import io.saddle.model.TrainedClassifiers;
import io.saddle.model.data.DataRoots;
import io.saddle.model.data.ImageSets;
import io.saddle.run.spec.DataSelections;
import io.saddle.run.spec.RunSpec;
import jakarta.enterprise.context.ApplicationScoped;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Collections;
import java.util.Map;
import java.util.Optional;
import org.eclipse.microprofile.config.inject.ConfigProperty;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Makes the judges of runs: classifier and reference statistics, once for each reference. One thread at a time. */
@ApplicationScoped
public class Judges {

    private static final Logger LOG = LoggerFactory.getLogger(Judges.class);
    private static final int SHOWN_DIGITS = 12;
    /** Bytes of judges: those on Inception's 2,048 features have statistics of 32 MiB each, those on a small classifier's little. */
    private static final long KEPT_BYTES = 256L << 20;

    private record Key(RunSpec.Data reference, String statistics) {}

    private final TrainedClassifiers classifiers;
    private final InceptionSetting inception;
    private final ImageSets sets;
    private final DataRoots roots;
    private final SelectedData data;
    private final BoundedCache<Key, Judge> judges = new BoundedCache<>(KEPT_BYTES, Judge::bytes, Judge::close);

    public Judges(
            @ConfigProperty(name = "saddle.classifiers.dir") Path folder,
            InceptionSetting inception,
            ImageSets sets,
            DataRoots roots) {
        this.roots = roots;
        this.sets = sets;
        data = new SelectedData(sets);
        this.classifiers = new TrainedClassifiers(folder, LOG::info);
        this.inception = inception;
    }

    /**
     * The judge of a run; a reference that names neither classes nor groups is balanced: as many of each class as the rarest has.
     *
     * @throws IOException naming the key of the specification, if the reference cannot be read or does not fit the features
     */
    Judge of(RunSpec.Evaluation evaluation) throws IOException {
        return judges.get(new Key(sets.pictures(evaluation.reference()), evaluation.referenceStatistics()), this::make);
    }

    private Judge make(Key key) throws IOException {
        RunSpec.Data reference = key.reference();
        ImageDataSet whole = sets.open(reference.images(), reference.labels());
        // Without classes none are counted.
        Classes classes = whole.classCounts().size() < 2
                ? null
                : new Classes(classifiers.of(reference.images(), reference.labels(), whole), whole::className);
        Optional<FeatureExtractor> inceptions = inception.features();
        FeatureExtractor extractor = inceptions.isPresent() ? inceptions.get() : ofItsOwn(reference, whole, classes);
        if (key.statistics() != null) {
            Path file = roots.path(key.statistics());
            return new Judge(extractor, classes, statistics(file, extractor), fileId(file));
        }
        return ofImages(extractor, classes, reference);
    }

    /** Those of the classifier that counts classes, else of one that learnt without any. */
    private FeatureExtractor ofItsOwn(RunSpec.Data reference, ImageDataSet whole, Classes classes) throws IOException {
        String images = reference.images();
        return classes == null
                ? new ClassifierFeatures(classifiers.ofRotations(images, whole), TrainedClassifiers.rotations(images))
                : new ClassifierFeatures(classes.classifier(), images);
    }

    private Judge ofImages(FeatureExtractor extractor, Classes classes, RunSpec.Data reference) throws IOException {
        ImageDataSet chosen = data.open(DataSelections.toAvro(reference));
        StringBuilder id = new StringBuilder(reference.images());
        if (reference.where() != null) {
            id.append(", where ").append(reference.where());
        }
        if (!reference.groups().isEmpty()) {
            id.append(", groups ").append(reference.groups());
        } else if (!reference.classes().isEmpty()) {
            id.append(", classes ").append(reference.classes());
        } else if (!chosen.classCounts().isEmpty()) {
            int smallest = Collections.min(chosen.classCounts().values());
            chosen = new ClassSelection(Map.of(), new ClassSelection.Amount.Count(smallest))
                    .from(chosen, reference.seed());
            id.append(", balanced: ").append(smallest).append(" of each class");
        }
        id.append(", seed ").append(reference.seed());
        return new Judge(extractor, classes, ImageFeatures.of(extractor, chosen), id.toString());
    }

    private static FeatureGaussian statistics(Path file, FeatureExtractor extractor) throws IOException {
        FeatureGaussian statistics = StatisticsFile.read(file);
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
