package io.saddle.fidevaluator;

import io.saddle.diffusion.data.ImageDataSet;
import io.saddle.diffusion.evaluation.ClassMatch;
import io.saddle.diffusion.evaluation.DigitClassifier;
import io.saddle.diffusion.evaluation.FeatureExtractor;
import io.saddle.diffusion.evaluation.ImageClassifier;
import io.saddle.diffusion.evaluation.SmallClassifier;
import io.saddle.model.BoundedCache;
import io.saddle.model.ImageFiles;
import io.saddle.model.JudgeFiles;
import io.saddle.model.JudgeNetworks;
import io.saddle.model.SmallClassifiers;
import io.saddle.model.TrainedClassifiers;
import io.saddle.model.data.DataRoots;
import io.saddle.model.data.FileVersions;
import io.saddle.model.data.ImageSets;
import io.saddle.run.spec.RunSpec;
import jakarta.annotation.PreDestroy;
import jakarta.enterprise.context.ApplicationScoped;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.eclipse.microprofile.config.inject.ConfigProperty;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Makes the judges of runs: the networks that a specification names, else Inception where its file is there, else a small classifier
 * that is trained at first use. One thread at a time.
 */
@ApplicationScoped
public class Judges {

    private static final Logger LOG = LoggerFactory.getLogger(Judges.class);
    private static final int KEPT = 16;

    private record Measured(RunSpec.Data reference, List<FileVersions.Version> files, RunSpec.Judge classifier) {}

    private final SmallClassifiers small;
    private final InceptionSetting inception;
    private final ImageSets sets;
    private final JudgeNetworks brought;
    private final References references;
    private final BoundedCache<Measured, Double> accuracies = new BoundedCache<>(KEPT);

    public Judges(
            @ConfigProperty(name = "saddle.classifiers.dir") Path folder,
            @ConfigProperty(name = "saddle.evaluator.workers") int workers,
            InceptionSetting inception,
            ImageSets sets,
            DataRoots roots) {
        this.sets = sets;
        small = new SmallClassifiers(new TrainedClassifiers(folder, LOG::info));
        this.inception = inception;
        brought = new JudgeNetworks(new JudgeFiles(roots), workers);
        references = new References(sets, roots);
    }

    /** The beginning of a score: what judges it stays loaded to its end. */
    BoundedCache.Hold hold() {
        return brought.hold();
    }

    /**
     * The judge of a run; a reference that names neither classes nor groups is balanced: as many of each class as the rarest has.
     *
     * @throws IOException naming the key of the specification, if the reference or a network cannot be read or they do not fit each
     *     other
     */
    Judge of(RunSpec.Evaluation evaluation) throws IOException {
        RunSpec.Evaluation seen = evaluation.withReference(sets.pictures(evaluation.reference()));
        RunSpec.Data reference = seen.reference();
        ImageDataSet whole = references.whole(reference);
        List<Judge.Network> networks = networks(seen, whole);
        return judge(seen, whole, networks);
    }

    private Judge judge(RunSpec.Evaluation evaluation, ImageDataSet whole, List<Judge.Network> networks)
            throws IOException {
        RunSpec.Data reference = evaluation.reference();
        String id = evaluation.referenceStatistics() == null
                ? references.name(reference)
                : references.statistics(evaluation.referenceStatistics()).name();
        // Without classes none are counted.
        boolean classes = SmallClassifiers.hasClasses(whole);
        List<Integer> labels = classes ? List.copyOf(whole.classCounts().keySet()) : List.of();
        if (evaluation.classifier() != null && !evaluation.classifier().isOwn()) {
            ImageClassifier classifier = matched(evaluation.classifier(), whole);
            Double accuracy = classes ? accuracy(evaluation, classifier) : null;
            return new Judge(networks, classifier, accuracy, labels, id);
        }
        if (!classes) {
            return new Judge(networks, null, null, labels, id);
        }
        DigitClassifier classifier = small.ofClasses(ImageFiles.of(reference), () -> whole);
        return new Judge(
                networks,
                new SmallClassifier(classifier, reference.images(), whole::className),
                classifier.description().heldOutAccuracy(),
                labels,
                id);
    }

    private ImageClassifier matched(RunSpec.Judge classifier, ImageDataSet whole) throws IOException {
        try {
            return ClassMatch.of(brought.classifier(classifier), ClassMatch.names(whole));
        } catch (IllegalArgumentException e) {
            throw new IOException("evaluation.classifier: " + e.getMessage(), e);
        }
    }

    private double accuracy(RunSpec.Evaluation evaluation, ImageClassifier classifier) throws IOException {
        return accuracies.get(
                new Measured(
                        evaluation.reference(), references.versions(evaluation.reference()), evaluation.classifier()),
                key -> references.accuracy(key.reference(), classifier));
    }

    private List<Judge.Network> networks(RunSpec.Evaluation evaluation, ImageDataSet whole) throws IOException {
        List<Judge.Network> networks = new ArrayList<>();
        for (RunSpec.Judge features : evaluation.features()) {
            FeatureExtractor named =
                    features.isOwn() ? ofItsOwn(evaluation.reference(), whole) : brought.features(features);
            networks.add(network(evaluation, named, features.sha256(), networks.isEmpty()));
        }
        if (networks.isEmpty()) {
            FeatureExtractor own = inception.features().isPresent()
                    ? inception.features().get()
                    : ofItsOwn(evaluation.reference(), whole);
            networks.add(network(evaluation, own, null, true));
        }
        return networks;
    }

    /** Statistics from a file are of one network's features, the first one's. */
    private Judge.Network network(
            RunSpec.Evaluation evaluation, FeatureExtractor extractor, String sha256, boolean first)
            throws IOException {
        return new Judge.Network(
                extractor,
                first && evaluation.referenceStatistics() != null
                        ? references.of(evaluation.referenceStatistics(), extractor)
                        : references.of(evaluation.reference(), extractor),
                sha256);
    }

    private FeatureExtractor ofItsOwn(RunSpec.Data reference, ImageDataSet whole) throws IOException {
        return small.features(ImageFiles.of(reference), SmallClassifiers.hasClasses(whole), () -> whole);
    }

    @PreDestroy
    void close() {
        small.close();
        brought.close();
    }
}
