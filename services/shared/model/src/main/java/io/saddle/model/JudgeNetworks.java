package io.saddle.model;

import io.saddle.diffusion.evaluation.FeatureExtractor;
import io.saddle.diffusion.evaluation.ImageClassifier;
import io.saddle.diffusion.evaluation.TorchScriptClassifier;
import io.saddle.diffusion.evaluation.TorchScriptFeatures;
import io.saddle.diffusion.sampling.ImageBatch;
import io.saddle.diffusion.torchscript.TorchScriptFile;
import io.saddle.run.spec.RunSpec;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.util.List;
import java.util.stream.IntStream;

/**
 * The judges that specifications name, each loaded once for all runs. What it gives stays usable: a network that was put away for
 * others is loaded again, if its file is still the same. One thread at a time.
 */
public final class JudgeNetworks implements AutoCloseable {

    /** Bytes of the files of features, and as many of classifiers: some dozens of small ones, or a few of a hundred MB. */
    private static final long KEPT_BYTES = 1L << 29;

    private final JudgeFiles files;
    private final int workers;
    private final BoundedCache<RunSpec.Judge, Loaded<TorchScriptFeatures>> features;
    private final BoundedCache<RunSpec.Judge, Loaded<TorchScriptClassifier>> classifiers;

    private record Loaded<T>(T network, long bytes) {}

    @FunctionalInterface
    private interface Opening<T> {
        T open(TorchScriptFile file, int workers) throws IOException;
    }

    /** @param workers batches that a network computes at the same time */
    public JudgeNetworks(JudgeFiles files, int workers) {
        this(files, workers, KEPT_BYTES);
    }

    JudgeNetworks(JudgeFiles files, int workers, long keptBytes) {
        this.files = files;
        this.workers = workers;
        features = new BoundedCache<>(
                keptBytes, Loaded::bytes, loaded -> loaded.network().close());
        classifiers = new BoundedCache<>(
                keptBytes, Loaded::bytes, loaded -> loaded.network().close());
    }

    /** The beginning of work for which all networks that it asks for stay loaded, however large they are together. */
    public BoundedCache.Hold hold() {
        BoundedCache.Hold heldFeatures = features.hold();
        BoundedCache.Hold heldClassifiers = classifiers.hold();
        return () -> {
            heldFeatures.close();
            heldClassifiers.close();
        };
    }

    /**
     * The features of a network.
     *
     * @throws IOException naming the file, and what is missing or wrong
     */
    public FeatureExtractor features(RunSpec.Judge judge) throws IOException {
        TorchScriptFeatures loaded = loadedFeatures(judge);
        return new KeptFeatures(judge, loaded.name(), loaded.identity(), loaded.dimensions());
    }

    /**
     * A classifier, whose labels are its classes in order, from 0 on.
     *
     * @throws IOException naming the file, and what is missing or wrong
     */
    public ImageClassifier classifier(RunSpec.Judge judge) throws IOException {
        TorchScriptClassifier loaded = loadedClassifier(judge);
        return new KeptClassifier(
                judge,
                loaded.name(),
                loaded.labels().stream().map(loaded::className).toList());
    }

    private TorchScriptFeatures loadedFeatures(RunSpec.Judge judge) throws IOException {
        return features.get(judge, key -> load(key, TorchScriptFeatures::open)).network();
    }

    private TorchScriptClassifier loadedClassifier(RunSpec.Judge judge) throws IOException {
        return classifiers
                .get(judge, key -> load(key, TorchScriptClassifier::open))
                .network();
    }

    private <T> Loaded<T> load(RunSpec.Judge judge, Opening<T> opening) throws IOException {
        TorchScriptFile file = files.unchanged(judge);
        return new Loaded<>(opening.open(file, workers), Files.size(file.file()));
    }

    @Override
    public void close() {
        features.close();
        classifiers.close();
    }

    private final class KeptFeatures implements FeatureExtractor {
        private final RunSpec.Judge judge;
        private final String name;
        private final String identity;
        private final int dimensions;

        KeptFeatures(RunSpec.Judge judge, String name, String identity, int dimensions) {
            this.judge = judge;
            this.name = name;
            this.identity = identity;
            this.dimensions = dimensions;
        }

        @Override
        public String name() {
            return name;
        }

        @Override
        public String identity() {
            return identity;
        }

        @Override
        public int dimensions() {
            return dimensions;
        }

        @Override
        public float[] features(ImageBatch images) {
            try {
                return loadedFeatures(judge).features(images);
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }

        /** Nothing: the network is kept for others. */
        @Override
        public void close() {}
    }

    private final class KeptClassifier implements ImageClassifier {
        private final RunSpec.Judge judge;
        private final String name;
        private final List<String> classes;

        KeptClassifier(RunSpec.Judge judge, String name, List<String> classes) {
            this.judge = judge;
            this.name = name;
            this.classes = classes;
        }

        @Override
        public String name() {
            return name;
        }

        @Override
        public List<Integer> labels() {
            return IntStream.range(0, classes.size()).boxed().toList();
        }

        @Override
        public String className(int label) {
            return classes.get(label);
        }

        @Override
        public int[] classify(ImageBatch images) {
            try {
                return loadedClassifier(judge).classify(images);
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
    }
}
