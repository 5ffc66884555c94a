package io.saddle.diffusion.sampling;

import io.saddle.diffusion.autoencoder.Autoencoder;
import io.saddle.diffusion.network.NoisePredictor;
import io.saddle.diffusion.network.UNet2DConfig;
import io.saddle.diffusion.random.RandomStreams;
import io.saddle.diffusion.torch.Workers;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import java.util.function.IntConsumer;

/**
 * Generates images. All noise of image k comes from (seed, k), its class from k: the same seed gives the same images, whatever the
 * batch size is, up to rounding inside the network.
 *
 * @param predictor the network with its weights (use the EMA weights for images)
 * @param sampler the reverse process
 * @param labels classes of the images; null for a network without classes
 * @param guidance null = none
 * @param autoencoder decodes what the network makes; null where it makes images
 */
public record ImageSampler(
        NoisePredictor predictor, Sampler sampler, SampleLabels labels, Guidance guidance, Autoencoder autoencoder) {
    private static final int TAKEN = 512;
    private static final long TAKEN_PIXELS = TAKEN * 128L * 128;

    /**
     * @throws IllegalArgumentException if labels are missing or not asked for, or the network makes no latents of the autoencoder's
     * @throws IllegalStateException if there is guidance and no null class
     */
    public ImageSampler {
        UNet2DConfig config = predictor.config();
        if (config.classConditional() != (labels != null)) {
            throw new IllegalArgumentException(
                    labels == null
                            ? "the network takes " + config.inputs() + ": say which classes the images are to show"
                            : "the network has no class embedding: it cannot be told classes");
        }
        if (guidance != null) {
            config.nullClass();
        }
        if (autoencoder != null && autoencoder.description().latentChannels() != config.inChannels()) {
            throw new IllegalArgumentException(
                    "the network makes latents of " + config.inChannels() + " channels, the autoencoder decodes "
                            + autoencoder.description().latentChannels());
        }
    }

    /** For a network that makes images. */
    public ImageSampler(NoisePredictor predictor, Sampler sampler, SampleLabels labels, Guidance guidance) {
        this(predictor, sampler, labels, guidance, null);
    }

    /** For a network that makes images and has no classes. */
    public ImageSampler(NoisePredictor predictor, Sampler sampler) {
        this(predictor, sampler, null, null);
    }

    /**
     * @param count number of images
     * @param seed fixes them
     * @param batch most rows that go through the network together, two of an image under guidance; fewer do where workers would be
     *     idle otherwise
     * @param workers batches that run at the same time, each on a thread of its own
     * @return images, around -1..1
     */
    public ImageBatch sample(int count, long seed, int batch, int workers) {
        return sample(count, seed, batch, workers, calls -> {});
    }

    /**
     * The same, watched.
     *
     * @param done told after each step of a batch how many of the {@code count} times {@code sampler.timesteps().length} steps of
     *     single images it was; from several threads
     */
    public ImageBatch sample(int count, long seed, int batch, int workers, IntConsumer done) {
        return sample(0, count, seed, batch, workers, done);
    }

    /**
     * A part of the images of a seed, so that many can be drawn without holding them all.
     *
     * @param first position of the first image: {@code sample(0, n + m)} is {@code sample(0, n)}, then {@code sample(n, m)}
     */
    public ImageBatch sample(int first, int count, long seed, int batch, int workers, IntConsumer done) {
        if (count < 1 || batch < 1 || workers < 1) {
            throw new IllegalArgumentException(
                    "count, batch and workers must be >= 1, were " + count + ", " + batch + ", " + workers);
        }
        UNet2DConfig config = predictor.config();
        int rowsOfAnImage = guidance == null ? 1 : guidance.rowsOfAnImage();
        int together = Math.min(Math.max(1, batch / rowsOfAnImage), (count + workers - 1) / workers);
        ImageBatch[] parts = new ImageBatch[(count + together - 1) / together];
        Workers.runBatches(workers, count, together, (from, to) -> {
            float[] made = generate(first + from, first + to, seed, done);
            ImageBatch part = new ImageBatch(made, to - from, config.inChannels(), config.height(), config.width());
            parts[from / together] = autoencoder == null ? part : new LatentDecoder(autoencoder).images(part);
        });
        return ImageBatch.joined(List.of(parts));
    }

    /** Takes the images of a seed as they come. */
    @FunctionalInterface
    public interface Taker {
        /** @param first position of the first image */
        void take(int first, ImageBatch images);
    }

    /**
     * Draws images without holding them all: some hundred small ones at a time, fewer large ones.
     *
     * @throws IllegalArgumentException if one has pixels that are no numbers
     */
    public void each(int count, long seed, int batch, int workers, Taker taker) {
        each(count, seed, batch, workers, calls -> {}, taker);
    }

    /**
     * The same, watched.
     *
     * @param done told as by {@link #sample(int, long, int, int, IntConsumer)}
     */
    public void each(int count, long seed, int batch, int workers, IntConsumer done, Taker taker) {
        UNet2DConfig config = predictor.config();
        int reduction = autoencoder == null ? 1 : autoencoder.description().reduction();
        long pixels = (long) config.height() * config.width() * reduction * reduction;
        int together = (int) Math.max(1, Math.min(TAKEN, TAKEN_PIXELS / pixels));
        for (int from = 0; from < count; from += together) {
            ImageBatch images = sample(from, Math.min(together, count - from), seed, batch, workers, done);
            requireNumbers(from, images);
            taker.take(from, images);
        }
    }

    /** A judge would see black, and a classifier its first class. */
    private static void requireNumbers(int first, ImageBatch images) {
        float[] pixels = images.pixels();
        for (int i = 0; i < pixels.length; i++) {
            if (!Float.isFinite(pixels[i])) {
                throw new IllegalArgumentException(
                        "image " + (first + i / images.imageSize()) + " of " + (first + images.count())
                                + " came to values that are no numbers: the model has diverged, or steps or guidance of its sampler do not suit it");
            }
        }
    }

    private int[] classes(int from, int to) {
        int[] classes = new int[to - from];
        for (int row = 0; row < classes.length; row++) {
            classes[row] = labels.label(from + row);
        }
        return classes;
    }

    private float[] generate(int from, int to, long seed, IntConsumer done) {
        UNet2DConfig config = predictor.config();
        int size = config.inChannels() * config.height() * config.width();
        RandomStreams streams = new RandomStreams(seed);
        int rows = to - from;
        float[] sample = new float[rows * size];
        float[] noise = new float[rows * size];
        SplittableRandom[] fresh = new SplittableRandom[rows];
        for (int row = 0; row < rows; row++) {
            streams.gaussian(sample, row * size, size, "sample-start", from + row);
            fresh[row] = streams.stream("sample-noise", from + row);
        }
        scale(sample, sampler.startDeviation());
        float[] t = new float[rows];
        int[] classes = labels == null ? null : classes(from, to);
        Sampler.Trajectory trajectory = sampler.begin(sample.length);
        for (float timestep : sampler.timesteps()) {
            Arrays.fill(t, timestep);
            float[] prediction = guidance == null
                    ? predictor.predict(sample, t, classes)
                    : guidance.predict(predictor, sample, t, classes);
            if (sampler.addsNoise(timestep)) {
                for (int i = 0; i < noise.length; i++) {
                    noise[i] = (float) fresh[i / size].nextGaussian();
                }
            }
            trajectory.step(prediction, timestep, sample, noise);
            done.accept(rows);
        }
        return sample;
    }

    private static void scale(float[] values, float factor) {
        for (int i = 0; i < values.length; i++) {
            values[i] *= factor;
        }
    }
}
