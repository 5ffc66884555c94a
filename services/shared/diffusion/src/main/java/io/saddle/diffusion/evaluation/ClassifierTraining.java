package io.saddle.diffusion.evaluation;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import io.saddle.diffusion.data.ImageDataSet;
import io.saddle.diffusion.evaluation.DigitClassifier.Description;
import io.saddle.diffusion.network.ConvClassifier;
import io.saddle.diffusion.network.NoisePredictor;
import io.saddle.diffusion.random.RandomStreams;
import io.saddle.diffusion.sampling.ImageBatch;
import io.saddle.diffusion.torch.HostTensor;
import io.saddle.diffusion.torch.HostVector;
import io.saddle.diffusion.torch.TorchRuntime;
import io.saddle.diffusion.training.AdamW;
import io.saddle.diffusion.training.AdamWSettings;
import io.saddle.diffusion.training.FlatOps;
import io.saddle.diffusion.training.LearningRate;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;

/**
 * Trains a {@link DigitClassifier}: cross entropy, AdamW, a cosine learning rate, on random minibatches without replacement,
 * every image moved by up to a pixel. A part of the images, chosen by the seed, is kept out to measure the accuracy.
 *
 * @param epochs passes over the data
 * @param batch images of a step
 * @param learningRate largest learning rate
 * @param heldOut part of the images kept out of training, 0..1
 */
public record ClassifierTraining(int epochs, int batch, double learningRate, double heldOut) {
    /** About 15 seconds for 10,000 images of 28x28 on one core. */
    public static final ClassifierTraining DEFAULT = new ClassifierTraining(10, 64, 3e-3, 0.1);

    private static final int MAX_SHIFT = 1;

    /**
     * A classifier of the data's classes; the same seed gives the same one.
     *
     * @throws IllegalArgumentException with fewer than two classes, or too few images to keep some out
     */
    public DigitClassifier train(ImageDataSet data, long seed) {
        int[] order = new RandomStreams(seed).permutation(data.count(), "classifier-split");
        int kept = (int) Math.round(heldOut * data.count());
        if (kept < 1 || kept >= data.count()) {
            throw new IllegalArgumentException(
                    data.count() + " images are too few to train a classifier and measure it");
        }
        ImageDataSet unseen = data.select(Arrays.copyOf(order, kept));
        ImageDataSet training = data.select(Arrays.copyOfRange(order, kept, order.length));
        List<Integer> classes = new ArrayList<>(data.classCounts().keySet());
        ConvClassifier network = ConvClassifier.compile(data.channels(), data.height(), data.width(), classes.size());
        HostVector weights = fit(network, training, classes, seed);
        Description unmeasured =
                new Description(data.channels(), data.height(), data.width(), classes, Double.NaN, kept);
        DigitClassifier classifier = new DigitClassifier(unmeasured, network, weights);
        double accuracy = accuracy(classifier, unseen);
        Description measured = new Description(data.channels(), data.height(), data.width(), classes, accuracy, kept);
        return classifier.describedAs(measured);
    }

    /** Part of the images that the classifier gets right. */
    public static double accuracy(DigitClassifier classifier, ImageDataSet data) {
        int right = 0;
        for (int from = 0; from < data.count(); from += NoisePredictor.BATCH) {
            // All at once they would take as much heap as a large set has held-out pixels.
            int[] labels =
                    classifier.classify(ImageBatch.of(data, from, Math.min(data.count(), from + NoisePredictor.BATCH)));
            for (int i = 0; i < labels.length; i++) {
                right += labels[i] == data.label(from + i) ? 1 : 0;
            }
        }
        return (double) right / data.count();
    }

    private HostVector fit(ConvClassifier network, ImageDataSet data, List<Integer> classes, long seed) {
        int rowsPerStep = Math.min(batch, data.count());
        int stepsPerEpoch = data.count() / rowsPerStep;
        long steps = (long) epochs * stepsPerEpoch;
        LearningRate rate = LearningRate.cosine(learningRate, Math.min(50, steps / 10), steps);
        try (NDManager manager = TorchRuntime.get().newManager();
                FlatOps ops = new FlatOps()) {
            int size = network.layout().size();
            AdamW optimizer = new AdamW(AdamWSettings.DEFAULT, ops, manager, size);
            try (HostVector initial = network.layout().initialValues(seed);
                    HostVector zeros = HostVector.zeros(size)) {
                optimizer.set(initial, zeros, zeros, 0);
            }
            long step = 0;
            for (int epoch = 0; epoch < epochs; epoch++) {
                int[] order = new RandomStreams(seed).permutation(data.count(), "classifier-epoch", epoch);
                for (int i = 0; i < stepsPerEpoch; i++) {
                    int[] rows = Arrays.copyOfRange(order, i * rowsPerStep, (i + 1) * rowsPerStep);
                    step++;
                    SplittableRandom shifts = new RandomStreams(seed).stream("classifier-shift", step);
                    step(network, optimizer, manager, data, classes, rows, shifts, rate.at(step));
                }
            }
            return HostVector.copyOf(optimizer.weights());
        }
    }

    private static void step(
            ConvClassifier network,
            AdamW optimizer,
            NDManager manager,
            ImageDataSet data,
            List<Integer> classes,
            int[] rows,
            SplittableRandom shifts,
            double learningRate) {
        int size = data.imageSize();
        float[] pixels = new float[rows.length * size];
        float[] image = new float[size];
        int[] labels = new int[rows.length];
        float[] mean = new float[rows.length];
        Arrays.fill(mean, 1f / rows.length);
        for (int i = 0; i < rows.length; i++) {
            data.scaled(rows[i], image, 0);
            int down = shifts.nextInt(-MAX_SHIFT, MAX_SHIFT + 1);
            int right = shifts.nextInt(-MAX_SHIFT, MAX_SHIFT + 1);
            shift(data, image, down, right, pixels, i * size);
            labels[i] = classes.indexOf(data.label(rows[i]));
        }
        try (NDManager scope = manager.newSubManager()) {
            Shape shape = new Shape(rows.length, data.channels(), data.height(), data.width());
            NDArray x = new HostTensor(pixels.length * Float.BYTES).floats(scope, pixels, 0, shape);
            NDArray y = new HostTensor(labels.length * Long.BYTES).longs(scope, labels, 0, labels.length);
            NDArray gradient = network.lossAndGradient(x, y, scope.create(mean), optimizer.weights())
                    .get(1);
            optimizer.step(List.of(gradient), learningRate);
        }
    }

    /** Moves an image by some pixels; what comes in from outside is black (-1). */
    private static void shift(ImageDataSet data, float[] image, int down, int right, float[] target, int offset) {
        int height = data.height();
        int width = data.width();
        for (int i = 0; i < image.length; i++) {
            int x = i % width - right;
            int y = i / width % height - down;
            boolean inside = x >= 0 && x < width && y >= 0 && y < height;
            target[offset + i] = inside ? image[i - down * width - right] : -1f;
        }
    }
}
