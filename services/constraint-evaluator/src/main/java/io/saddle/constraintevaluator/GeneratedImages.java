package io.saddle.constraintevaluator;

import io.saddle.diffusion.data.ImageDataSet;
import io.saddle.diffusion.evaluation.ClassMatch;
import io.saddle.diffusion.evaluation.FeatureExtractor;
import io.saddle.diffusion.evaluation.ImageClassifier;
import io.saddle.diffusion.evaluation.SmallClassifier;
import io.saddle.diffusion.network.NoisePredictor;
import io.saddle.diffusion.sampling.ImageBatch;
import io.saddle.diffusion.sampling.ImageSampler;
import io.saddle.model.BoundedCache;
import io.saddle.model.ImageFiles;
import io.saddle.model.JudgeFiles;
import io.saddle.model.JudgeNetworks;
import io.saddle.model.RunModel;
import io.saddle.model.SelectedData;
import io.saddle.model.SmallClassifiers;
import io.saddle.model.TrainedClassifiers;
import io.saddle.model.data.DataRoots;
import io.saddle.model.data.ImageSets;
import io.saddle.model.latents.LatentSpaces;
import io.saddle.run.spec.ConstraintKinds;
import io.saddle.run.spec.PinnedJudges;
import io.saddle.run.spec.RunSpec;
import io.saddle.schema.ConstraintDefinition;
import io.saddle.schema.DataSelection;
import jakarta.annotation.PreDestroy;
import jakarta.enterprise.context.ApplicationScoped;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.List;
import java.util.function.Consumer;
import org.eclipse.microprofile.config.inject.ConfigProperty;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Draws images from a snapshot with the run's own sampler, and has the networks that judge them: what the constraint names, else what the
 * run's evaluation names, else the small classifier of the data. One thread at a time.
 */
@ApplicationScoped
public class GeneratedImages {

    private static final Logger LOG = LoggerFactory.getLogger(GeneratedImages.class);
    private static final int KEPT_SELECTIONS = 100;

    private final SmallClassifiers small;
    private final ImageSets sets;
    private final SelectedData labels;
    private final LatentSpaces latentSpaces;
    private final int workers;
    private final JudgeNetworks brought;
    private final BoundedCache<DataSelection, DataSelection> pictures = new BoundedCache<>(KEPT_SELECTIONS);

    public GeneratedImages(
            @ConfigProperty(name = "saddle.classifiers.dir") Path folder,
            @ConfigProperty(name = "saddle.evaluator.workers") int workers,
            ImageSets sets,
            LatentSpaces latentSpaces,
            DataRoots roots) {
        this.sets = sets;
        this.latentSpaces = latentSpaces;
        labels = SelectedData.withoutPixels(sets);
        small = new SmallClassifiers(new TrainedClassifiers(folder, LOG::info));
        this.workers = workers;
        brought = new JudgeNetworks(new JudgeFiles(roots), workers);
    }

    /** Images that can be looked at, of the same selection; see {@link ImageSets#pictures}. */
    DataSelection pictures(DataSelection selection) throws IOException {
        return pictures.get(selection, sets::pictures);
    }

    /**
     * The classifier of a class-frequency constraint, in the classes of the data set that a selection is of.
     *
     * @throws IOException if it cannot be read, or its classes are not those of the data
     */
    ImageClassifier classifier(RunSpec spec, ConstraintDefinition definition, DataSelection selection)
            throws IOException {
        RunSpec.Judge named = PinnedJudges.of(ConstraintKinds.CLASS_FREQUENCY, definition.getParameters());
        RunSpec.Judge judge = named == null ? spec.evaluation().classifier() : named;
        DataSelection seen = pictures(selection);
        ImageDataSet whole = labels.whole(seen);
        if (judge == null || judge.isOwn()) {
            return new SmallClassifier(
                    small.ofClasses(ImageFiles.of(seen), () -> all(seen)), seen.getImages(), whole::className);
        }
        try {
            return ClassMatch.of(brought.classifier(judge), ClassMatch.names(whole));
        } catch (IllegalArgumentException e) {
            throw new IOException(e.getMessage(), e);
        }
    }

    /**
     * The features of a feature-mean constraint; those of the small classifier need no classes.
     *
     * @throws IOException if they cannot be read
     */
    FeatureExtractor features(RunSpec spec, ConstraintDefinition definition, DataSelection selection)
            throws IOException {
        RunSpec.Judge named = PinnedJudges.of(ConstraintKinds.FEATURE_MEAN, definition.getParameters());
        List<RunSpec.Judge> ofTheRun = spec.evaluation().features();
        RunSpec.Judge judge = named != null || ofTheRun.isEmpty() ? named : ofTheRun.get(0);
        if (judge != null && !judge.isOwn()) {
            return brought.features(judge);
        }
        return small.features(
                ImageFiles.of(selection), SmallClassifiers.hasClasses(labels.whole(selection)), () -> all(selection));
    }

    private ImageDataSet all(DataSelection selection) throws IOException {
        labels.requireUnchanged(selection);
        return sets.open(selection.getImages(), selection.getLabels());
    }

    /** The constraint's {@code evaluationSamples} images, some hundred at a time; the same noise for every snapshot. */
    void each(ConstraintLoss.Snapshot snapshot, ConstraintDefinition definition, Consumer<ImageBatch> images)
            throws IOException {
        RunSpec spec = snapshot.spec();
        long seed = FixedDraws.seed(spec, definition);
        ImageSampler sampler = snapshot.model()
                .images(
                        snapshot.predictor(),
                        spec.evaluation(),
                        RunModel.Classes.of(spec, labels).drawn(seed),
                        latentSpaces.of(spec));
        try {
            sampler.each(
                    definition.getEvaluationSamples(),
                    seed,
                    NoisePredictor.BATCH,
                    workers,
                    (from, batch) -> images.accept(batch));
        } catch (UncheckedIOException e) {
            throw e.getCause();
        }
    }

    @PreDestroy
    void close() {
        small.close();
        brought.close();
    }
}
