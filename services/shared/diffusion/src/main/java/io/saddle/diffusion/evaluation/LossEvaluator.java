package io.saddle.diffusion.evaluation;

import io.saddle.diffusion.data.ImageDataSet;
import io.saddle.diffusion.network.NoisePredictor;
import io.saddle.diffusion.random.RandomStreams;
import io.saddle.diffusion.schedule.ForwardProcess;
import io.saddle.diffusion.torch.Workers;
import io.saddle.diffusion.training.SquaredError;
import java.util.Arrays;
import java.util.BitSet;
import java.util.List;
import java.util.function.Predicate;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * Estimates the denoising loss of a model on data. All of (x_0, t, eps), and the draw of a latent, is fixed by the seed: the estimates of two snapshots
 * have the same noise, and their difference has little. Timesteps are stratified over 0..T-1 (one sample in each of
 * {@code samples} equal parts), images are used equally often, and the standard error is that of a stratified mean: the
 * successive difference estimator sum (l_k - l_k-1)^2 / (2 n (n - 1)) over the samples in the order of their timesteps.
 *
 * <p>A class-conditional network is told the class of every image.
 *
 * @param process the forward process and what the network predicts
 * @param batch samples that go through the network together
 * @param workers batches that run at the same time, each on a thread of its own
 */
public record LossEvaluator(ForwardProcess process, int batch, int workers) {
    public LossEvaluator {
        if (batch < 1 || workers < 1) {
            throw new IllegalArgumentException("batch and workers must be >= 1, were " + batch + " and " + workers);
        }
    }

    /** Neighbouring strata of timesteps of which {@link #estimateUntil} takes one, then another, then the rest. */
    private static final int NEIGHBOURS = 4;

    private static final int STAGES = 3;

    /**
     * @param model the network with the weights to judge (for a dual step never the EMA weights)
     * @param data images to denoise
     * @param samples number n of draws
     * @param seed fixes the draws; give every constraint its own
     */
    public LossEstimateResult estimate(NoisePredictor model, ImageDataSet data, int samples, long seed) {
        return LossEstimateResult.of(losses(model, data, samples, seed));
    }

    /** As {@link #estimate}: the loss of each draw, in the order of their timesteps. */
    public double[] losses(NoisePredictor model, ImageDataSet data, int samples, long seed) {
        List<int[]> all = List.of(IntStream.range(0, samples).toArray());
        return draw(model, data, samples, seed, all, part -> false).losses();
    }

    /**
     * A part of an estimate's draws, in the order of their timesteps.
     *
     * @param draws numbers of the draws, 0 to n-1
     * @param losses of these
     */
    public record Part(int[] draws, double[] losses) {

        /** The estimate from these draws alone. */
        public LossEstimateResult estimate() {
            return LossEstimateResult.of(losses);
        }

        /** What other losses of all draws are on these. */
        public double[] of(double[] allLosses) {
            return Arrays.stream(draws).mapToDouble(draw -> allLosses[draw]).toArray();
        }
    }

    /**
     * As {@link #estimate}, but for draws that are not needed: those of every fourth part of the timesteps come first, then another fourth, then
     * the rest. Each of the first two is a stratified sample of its own, for its place among four neighbours is drawn; the draws are those
     * that {@link #estimate} takes, and who stops where follows from them alone.
     *
     * @param enough asked of a quarter of the draws, and of half of them
     */
    public Part estimateUntil(Predicate<Part> enough, NoisePredictor model, ImageDataSet data, int samples, long seed) {
        return draw(model, data, samples, seed, stages(samples, seed), enough);
    }

    private Part draw(
            NoisePredictor model,
            ImageDataSet data,
            int samples,
            long seed,
            List<int[]> stages,
            Predicate<Part> enough) {
        if (samples < 1 || data.count() < 1) {
            throw new IllegalArgumentException(
                    "at least one sample and one image are needed, got " + samples + " and " + data.count());
        }
        model.config().requireImages("the data", data);
        int[] images = images(data.count(), samples, seed);
        double[] losses = new double[samples];
        BitSet taken = new BitSet(samples);
        Part part = null;
        for (int[] stage : stages) {
            if (stage.length == 0) {
                continue;
            }
            Workers.runBatches(
                    workers,
                    stage.length,
                    batch,
                    (from, to) -> run(model, data, images, losses, Arrays.copyOfRange(stage, from, to), seed));
            for (int sample : stage) {
                taken.set(sample);
            }
            part = new Part(
                    taken.stream().toArray(),
                    taken.stream().mapToDouble(sample -> losses[sample]).toArray());
            if (enough.test(part)) {
                break;
            }
        }
        return part;
    }

    /** Numbers of draws, each in one of the stages and in order. */
    static List<int[]> stages(int samples, long seed) {
        RandomStreams streams = new RandomStreams(seed);
        List<BitSet> stages = Stream.generate(BitSet::new).limit(STAGES).toList();
        for (int first = 0; first < samples; first += NEIGHBOURS) {
            int[] order = streams.permutation(NEIGHBOURS, "loss-stages", first);
            for (int place = 0; place < NEIGHBOURS && first + place < samples; place++) {
                stages.get(Math.min(order[place], STAGES - 1)).set(first + place);
            }
        }
        return stages.stream().map(stage -> stage.stream().toArray()).toList();
    }

    /** @param samples numbers of the draws that go through the network together */
    private void run(NoisePredictor model, ImageDataSet data, int[] images, double[] losses, int[] samples, long seed) {
        RandomStreams streams = new RandomStreams(seed);
        int rows = samples.length;
        int size = data.imageSize();
        float[] x = new float[rows * size];
        float[] target = new float[rows * size];
        float[] times = new float[rows];
        int[] labels = model.config().classConditional() ? new int[rows] : null;
        for (int row = 0; row < rows; row++) {
            int sample = samples[row];
            double u = streams.stream("loss-timestep", sample).nextDouble();
            int t = Math.min(process.timesteps() - 1, (int) ((sample + u) / losses.length * process.timesteps()));
            times[row] = process.time(t);
            data.scaled(images[sample], x, row * size);
            if (data.isDrawn()) {
                streams.gaussian(target, row * size, size, "loss-latent", sample);
                data.draw(images[sample], x, target, row * size);
            }
            if (labels != null) {
                labels[row] = data.label(images[sample]);
            }
            streams.gaussian(target, row * size, size, "loss-noise", sample);
            process.apply(t, x, target, row * size, size);
        }
        float[] output = model.predict(x, times, labels);
        for (int row = 0; row < rows; row++) {
            losses[samples[row]] = SquaredError.mean(output, target, row * size, size);
        }
    }

    /** Permutations of the data one after the other, then shuffled: no image belongs to a part of the timesteps. */
    private static int[] images(int count, int samples, long seed) {
        RandomStreams streams = new RandomStreams(seed);
        int[] inTurn = new int[samples];
        for (int from = 0, round = 0; from < samples; from += count, round++) {
            int[] order = streams.permutation(count, "loss-images", round);
            System.arraycopy(order, 0, inTurn, from, Math.min(count, samples - from));
        }
        int[] places = streams.permutation(samples, "loss-places");
        int[] images = new int[samples];
        for (int i = 0; i < samples; i++) {
            images[places[i]] = inTurn[i];
        }
        return images;
    }
}
