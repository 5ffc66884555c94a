package io.saddle.diffusion.evaluation;

import io.saddle.diffusion.network.NoisePredictor;
import io.saddle.diffusion.network.UNet2DConfig;
import io.saddle.diffusion.random.RandomStreams;
import io.saddle.diffusion.schedule.ForwardProcess;
import io.saddle.diffusion.torch.Workers;
import io.saddle.diffusion.training.SquaredError;

/**
 * Estimates how far a model is from the one that it was tuned from: E |eps_theta(x, t) - eps_pre(x, t)|^2, mean over the
 * elements, with x drawn as pure Gaussian noise and t stratified over 0..T-1 (the fine-tuning constraint of "Constrained
 * Diffusion Models via Dual Training"). All of (x, t) is fixed by the seed; of class-conditional networks also the label, drawn
 * evenly from all: the last one is a class of data where no labels were dropped, and what guidance needs where they were.
 *
 * @param process the forward process, whose timesteps the networks are asked at
 * @param batch samples that go through the networks together
 * @param workers batches that run at the same time, each on a thread of its own
 */
public record DistillationEvaluator(ForwardProcess process, int batch, int workers) {
    public DistillationEvaluator {
        if (batch < 1 || workers < 1) {
            throw new IllegalArgumentException("batch and workers must be >= 1, were " + batch + " and " + workers);
        }
    }

    /**
     * @param model the network with the weights to judge
     * @param teacher the pre-trained one
     * @param samples number of draws
     * @param seed fixes the draws
     */
    public LossEstimateResult estimate(NoisePredictor model, NoisePredictor teacher, int samples, long seed) {
        UNet2DConfig config = model.config();
        int size = config.inChannels() * config.height() * config.width();
        double[] losses = new double[samples];
        Workers.runBatches(
                workers, samples, batch, (from, to) -> run(model, teacher, losses, from, to - from, size, seed));
        return LossEstimateResult.of(losses);
    }

    private void run(
            NoisePredictor model, NoisePredictor teacher, double[] losses, int from, int rows, int size, long seed) {
        RandomStreams streams = new RandomStreams(seed);
        float[] x = new float[rows * size];
        float[] times = new float[rows];
        int timesteps = process.timesteps();
        int[] labels = model.config().classConditional() ? new int[rows] : null;
        for (int row = 0; row < rows; row++) {
            double u = streams.stream("distillation-timestep", from + row).nextDouble();
            times[row] = process.time(Math.min(timesteps - 1, (int) ((from + row + u) / losses.length * timesteps)));
            streams.gaussian(x, row * size, size, "distillation-noise", from + row);
            if (labels != null) {
                labels[row] = streams.stream("distillation-label", from + row)
                        .nextInt(model.config().labelCount());
            }
        }
        float[] output = model.predict(x, times, labels);
        float[] target = teacher.predict(x, times, labels);
        for (int row = 0; row < rows; row++) {
            losses[from + row] = SquaredError.mean(output, target, row * size, size);
        }
    }
}
