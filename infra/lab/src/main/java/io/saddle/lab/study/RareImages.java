package io.saddle.lab.study;

import io.saddle.diffusion.autoencoder.Autoencoder;
import io.saddle.diffusion.data.ImageDataSet;
import io.saddle.diffusion.evaluation.ClassMatch;
import io.saddle.diffusion.evaluation.ClassifierFeatures;
import io.saddle.diffusion.evaluation.FeatureExtractor;
import io.saddle.diffusion.evaluation.ImageClassifier;
import io.saddle.diffusion.evaluation.SmallClassifier;
import io.saddle.diffusion.files.DiffusersPipelineFolder;
import io.saddle.diffusion.network.NoisePredictor;
import io.saddle.diffusion.network.Precision;
import io.saddle.diffusion.network.UNet2D;
import io.saddle.diffusion.sampling.ImageBatch;
import io.saddle.model.ImageFiles;
import io.saddle.model.JudgeFiles;
import io.saddle.model.JudgeNetworks;
import io.saddle.model.RunModel;
import io.saddle.model.SelectedData;
import io.saddle.model.TrainedClassifiers;
import io.saddle.model.data.DataRoots;
import io.saddle.model.data.ImageSets;
import io.saddle.model.latents.LatentSpaces;
import io.saddle.run.spec.DataSelections;
import io.saddle.run.spec.RunSpec;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * The features of images of a study's rare classes: of training images, of held-out ones, and of a model's samples. What is real is
 * computed once.
 */
final class RareImages implements AutoCloseable {

    /** More of each tell hardly more, and nearest neighbours take the product of both numbers. */
    private static final int MOST_REAL = 1000;

    private static final int MOST_SAMPLES = 1000;
    private static final int BATCH = 128;

    private final Study study;
    private final ImageSets sets;
    private final SelectedData data;
    private final LatentSpaces latents;
    private final Path classifiers;
    private final JudgeNetworks networks = new JudgeNetworks(
            new JudgeFiles(DataRoots.ANYWHERE), Runtime.getRuntime().availableProcessors());
    private final Map<String, float[]> real = new HashMap<>();
    private final List<ClassifierFeatures> open = new ArrayList<>();

    /** Judges of one kind of run. */
    private record Judges(ImageClassifier classifier, FeatureExtractor features) {}

    private final Map<String, Judges> judges = new HashMap<>();

    /**
     * @param study says which classes
     * @param classifiers where small classifiers are kept
     */
    RareImages(Study study, ImageSets sets, Path classifiers) {
        this.study = study;
        this.sets = sets;
        this.data = new SelectedData(sets);
        this.latents = new LatentSpaces(sets);
        this.classifiers = classifiers;
    }

    /**
     * How near a model's samples of the rare classes are to the training images of these; empty where there are none on a side.
     *
     * @param model a finished model's folder
     * @param heldOut the run's data as it is held out
     */
    Optional<Memorisation> memorised(RunSpec spec, Path model, RunSpec.Data heldOut) throws IOException {
        Judges judge = judges(spec);
        float[] trained = features(judge.features(), sets.pictures(spec.data()));
        float[] fresh = features(judge.features(), sets.pictures(heldOut));
        float[] samples = samples(spec, model, judge);
        return trained.length == 0 || fresh.length == 0 || samples.length == 0
                ? Optional.empty()
                : Optional.of(Memorisation.of(
                        judge.features().name(),
                        samples,
                        fresh,
                        trained,
                        judge.features().dimensions()));
    }

    private Judges judges(RunSpec spec) throws IOException {
        RunSpec.Evaluation evaluation = spec.evaluation();
        String key = evaluation.classifier() + " " + evaluation.features() + " " + evaluation.reference();
        Judges known = judges.get(key);
        if (known == null) {
            known = open(evaluation);
            judges.put(key, known);
        }
        return known;
    }

    private Judges open(RunSpec.Evaluation evaluation) throws IOException {
        RunSpec.Data reference = sets.pictures(evaluation.reference());
        ImageDataSet whole = data.whole(DataSelections.toAvro(reference));
        ClassifierFeatures own = null;
        RunSpec.Judge brought = evaluation.classifier();
        RunSpec.Judge compared =
                evaluation.features().isEmpty() ? null : evaluation.features().get(0);
        if (isOwn(brought) || isOwn(compared)) {
            own = new ClassifierFeatures(
                    new TrainedClassifiers(classifiers, line -> {}).of(ImageFiles.of(reference), whole),
                    reference.images());
            open.add(own);
        }
        JudgeFiles files = new JudgeFiles(DataRoots.ANYWHERE);
        ImageClassifier classifier = isOwn(brought)
                ? new SmallClassifier(own.classifier(), reference.images(), whole::className)
                : ClassMatch.of(networks.classifier(files.found(brought.file())), ClassMatch.names(whole));
        FeatureExtractor features = isOwn(compared) ? own : networks.features(files.found(compared.file()));
        return new Judges(classifier, features);
    }

    private static boolean isOwn(RunSpec.Judge judge) {
        return judge == null || judge.isOwn();
    }

    private float[] features(FeatureExtractor extractor, RunSpec.Data selection) throws IOException {
        String key = extractor.name() + " " + selection;
        float[] known = real.get(key);
        if (known == null) {
            ImageDataSet images = data.open(DataSelections.toAvro(selection));
            int[] rare = IntStream.range(0, images.count())
                    .filter(i -> study.isRare(images.label(i), images.className(images.label(i))))
                    .toArray();
            known = features(extractor, images.select(spread(rare)));
            real.put(key, known);
        }
        return known;
    }

    /** At most so many of them, evenly over all. */
    private static int[] spread(int[] indices) {
        return indices.length <= MOST_REAL
                ? indices
                : IntStream.range(0, MOST_REAL)
                        .map(i -> indices[(int) ((long) i * indices.length / MOST_REAL)])
                        .toArray();
    }

    private static float[] features(FeatureExtractor extractor, ImageDataSet images) {
        float[] all = new float[images.count() * extractor.dimensions()];
        for (int from = 0; from < images.count(); from += BATCH) {
            int to = Math.min(images.count(), from + BATCH);
            float[] part = extractor.features(ImageBatch.of(images, from, to));
            System.arraycopy(part, 0, all, from * extractor.dimensions(), part.length);
        }
        return all;
    }

    private float[] samples(RunSpec spec, Path model, Judges judge) throws IOException {
        int count = Math.min(MOST_SAMPLES, spec.evaluation().finalImages());
        List<float[]> rare = new ArrayList<>();
        try (DiffusersPipelineFolder folder = DiffusersPipelineFolder.read(model);
                UNet2D network = UNet2D.compile(folder.network());
                NoisePredictor predictor = new NoisePredictor(network, folder.weights(), Precision.FP32)) {
            Autoencoder decoder = latents.of(spec);
            RunModel.of(spec)
                    .images(predictor, spec.evaluation(), RunModel.Classes.of(spec, data), decoder)
                    .each(
                            count,
                            spec.seed(),
                            NoisePredictor.BATCH,
                            Runtime.getRuntime().availableProcessors(),
                            (from, part) -> takeRare(part, judge, rare));
        }
        float[] all = new float[rare.stream().mapToInt(row -> row.length).sum()];
        int at = 0;
        for (float[] row : rare) {
            System.arraycopy(row, 0, all, at, row.length);
            at += row.length;
        }
        return all;
    }

    private void takeRare(ImageBatch part, Judges judge, List<float[]> rare) {
        int[] labels = judge.classifier().classify(part);
        List<ImageBatch> taken = IntStream.range(0, part.count())
                .filter(i -> study.isRare(labels[i], judge.classifier().className(labels[i])))
                .mapToObj(i -> part.slice(i, i + 1))
                .collect(Collectors.toList());
        if (!taken.isEmpty()) {
            rare.add(judge.features().features(ImageBatch.joined(taken)));
        }
    }

    @Override
    public void close() {
        networks.close();
        latents.close();
        open.forEach(ClassifierFeatures::close);
    }
}
