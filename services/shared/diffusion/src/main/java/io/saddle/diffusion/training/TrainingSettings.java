package io.saddle.diffusion.training;

import io.saddle.diffusion.network.Precision;
import io.saddle.diffusion.network.UNet2DConfig;
import io.saddle.diffusion.random.RandomStreams;
import io.saddle.diffusion.schedule.ForwardSchedule;
import io.saddle.diffusion.schedule.LossWeighting;
import io.saddle.diffusion.schedule.PredictionType;
import io.saddle.diffusion.torch.ComputeDevices;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;

/**
 * Everything that shapes a primal step.
 *
 * @param network the U-Net
 * @param schedule the forward process
 * @param prediction what the network predicts
 * @param batchSize rows B of a step (of every source in {@link BatchingMode#WEIGHTED_SUM})
 * @param batching how the Lagrangian's gradient is estimated
 * @param learningRate the learning rate over the steps
 * @param optimizer AdamW's constants
 * @param clipNorm largest global gradient norm; infinity = no clipping
 * @param averaging of the weights
 * @param precision number format inside the network
 * @param devices where a step is computed: each has the weights, and takes part of the rows; the optimizer lives on the primary one
 * @param workers threads that share the rows of a step, as {@link #workersOfADevice} shares them out among devices; the result depends on
 *     the number of all in the last bits, and not on how many devices they are of
 * @param microBatch most rows that one forward pass holds in memory
 * @param seed names every random number of the run
 * @param diagnosticsEvery every how many steps gradients are split by source and block; 0 = never
 * @param stratifiedTimesteps whether the timesteps of a source's rows are spread evenly over 0..T-1
 * @param labelDropout probability that a row's class becomes {@link UNet2DConfig#nullClass}, which guidance needs; 0 for a network
 *     without classes
 * @param minSnrGamma gamma of {@link LossWeighting#minSnr}, by which the objective's rows are weighted, and no constraint's; 0 = all
 *     alike
 */
public record TrainingSettings(
        UNet2DConfig network,
        ForwardSchedule schedule,
        PredictionType prediction,
        int batchSize,
        BatchingMode batching,
        LearningRate learningRate,
        AdamWSettings optimizer,
        double clipNorm,
        Averaging averaging,
        Precision precision,
        ComputeDevices devices,
        int workers,
        int microBatch,
        long seed,
        int diagnosticsEvery,
        boolean stratifiedTimesteps,
        double labelDropout,
        double minSnrGamma) {
    /**
     * @throws IllegalArgumentException listing everything that is wrong
     */
    public TrainingSettings {
        Objects.requireNonNull(network, "network");
        Objects.requireNonNull(schedule, "schedule");
        Objects.requireNonNull(prediction, "prediction");
        Objects.requireNonNull(batching, "batching");
        Objects.requireNonNull(learningRate, "learningRate");
        Objects.requireNonNull(optimizer, "optimizer");
        Objects.requireNonNull(averaging, "averaging");
        Objects.requireNonNull(precision, "precision");
        Objects.requireNonNull(devices, "devices");
        List<String> problems = new ArrayList<>();
        atLeast(problems, "batchSize", batchSize, 1);
        atLeast(problems, "workers", workers, 1);
        atLeast(problems, "microBatch", microBatch, 1);
        atLeast(problems, "diagnosticsEvery", diagnosticsEvery, 0);
        if (!(clipNorm > 0)) {
            problems.add("clipNorm must be > 0 (infinity = no clipping), was " + clipNorm);
        }
        if (network.inChannels() != network.outChannels()) {
            problems.add("the network must have as many output as input channels, has " + network.outChannels()
                    + " and " + network.inChannels());
        }
        if (network.sampleSize() == null) {
            problems.add("the network's sample_size must be given, it is null");
        } else {
            network.sizeProblem(network.sampleSize()).ifPresent(problem -> problems.add("sample_size: " + problem));
        }
        classes(problems, network, labelDropout);
        if (!(minSnrGamma >= 0)) {
            problems.add("minSnrGamma must be >= 0, was " + minSnrGamma);
        }
        if (!problems.isEmpty()) {
            throw new IllegalArgumentException(String.join("; ", problems));
        }
    }

    /** The settings of one of the run's slots: what is drawn is its own. */
    TrainingSettings ofSlot(int slot) {
        return new TrainingSettings(
                network,
                schedule,
                prediction,
                batchSize,
                batching,
                learningRate,
                optimizer,
                clipNorm,
                averaging,
                precision,
                devices,
                workers,
                microBatch,
                new RandomStreams(seed).ofSlot(slot).seed(),
                diagnosticsEvery,
                stratifiedTimesteps,
                labelDropout,
                minSnrGamma);
    }

    /**
     * The threads of each of several devices that share those of a step: none has fewer than one.
     *
     * @param workers threads of a step
     */
    public static int workersOfADevice(int workers, int devices) {
        return Math.max(1, workers / devices);
    }

    LossWeighting objectiveWeighting() {
        return minSnrGamma == 0 ? LossWeighting.NONE : LossWeighting.minSnr(schedule, prediction, minSnrGamma);
    }

    private static void classes(List<String> problems, UNet2DConfig network, double labelDropout) {
        if (!(labelDropout >= 0 && labelDropout < 1)) {
            problems.add("labelDropout must be within 0 <= probability < 1, was " + labelDropout);
        }
        if (!network.classConditional()) {
            if (labelDropout > 0) {
                problems.add("labelDropout must be 0 for a network without classes, was " + labelDropout);
            }
        } else if (network.classEmbedType() != null) {
            problems.add("a network with class_embed_type " + network.classEmbedType()
                    + " cannot be trained here, only one with a table of classes (num_class_embeds)");
        } else {
            atLeast(problems, "num_class_embeds", network.numClassEmbeds(), 2);
        }
    }

    private static void atLeast(List<String> problems, String name, int value, int least) {
        if (value < least) {
            problems.add(name + " must be >= " + least + ", was " + value);
        }
    }
}
