package io.saddle.diffusion.training;

import io.saddle.diffusion.data.ImageDataSet;
import io.saddle.diffusion.network.Precision;
import io.saddle.diffusion.network.UNet2DConfig;
import io.saddle.diffusion.random.RandomStreams;
import io.saddle.diffusion.schedule.FlowSchedule;
import io.saddle.diffusion.schedule.ForwardSchedule;
import io.saddle.diffusion.schedule.NoiseSchedule;
import io.saddle.diffusion.schedule.PredictionType;
import io.saddle.diffusion.torch.ComputeDevices;
import java.util.List;
import java.util.SplittableRandom;

/** A run that is small enough for tests: 8x8 images, a few thousand weights. */
final class TinyRun {
    static final UNet2DConfig NETWORK = UNet2DConfig.of(8, 1, List.of(8, 8), 1, 4);

    private TinyRun() {}

    static TrainingSettings settings(
            BatchingMode batching, int batch, Precision precision, int diagnosticsEvery, long seed) {
        return settings(NETWORK, 0, batching, batch, precision, 2, diagnosticsEvery, seed);
    }

    static TrainingSettings settings(
            UNet2DConfig network,
            double labelDropout,
            BatchingMode batching,
            int batch,
            Precision precision,
            int workers,
            int diagnosticsEvery,
            long seed) {
        return new TrainingSettings(
                network,
                NoiseSchedule.cosine(100),
                PredictionType.V_PREDICTION,
                batch,
                batching,
                LearningRate.constant(4e-3, 5),
                AdamWSettings.DEFAULT,
                1,
                new Ema(0.9),
                precision,
                ComputeDevices.AUTO,
                workers,
                4,
                seed,
                diagnosticsEvery,
                true,
                labelDropout,
                0);
    }

    static TrainingSettings withMinSnr(TrainingSettings base, double gamma) {
        return with(base, base.schedule(), base.prediction(), base.averaging(), base.microBatch(), gamma);
    }

    /** With half as many passes through the network: for tests that train until something is learned. */
    static TrainingSettings inLargerPasses(TrainingSettings base) {
        return with(
                base, base.schedule(), base.prediction(), base.averaging(), 2 * base.microBatch(), base.minSnrGamma());
    }

    /** Along a straight line to the noise, with the same draws. */
    static TrainingSettings asFlow(TrainingSettings base, double shift) {
        return with(
                base,
                new FlowSchedule(base.schedule().trainTimesteps(), shift),
                PredictionType.FLOW,
                base.averaging(),
                base.microBatch(),
                0);
    }

    static TrainingSettings withAveraging(TrainingSettings base, Averaging averaging) {
        return with(base, base.schedule(), base.prediction(), averaging, base.microBatch(), base.minSnrGamma());
    }

    static TrainingSettings onDevices(TrainingSettings base, String devices, int workers) {
        return with(
                base,
                base.schedule(),
                base.prediction(),
                base.averaging(),
                new ComputeDevices(devices),
                workers,
                base.microBatch(),
                base.minSnrGamma());
    }

    private static TrainingSettings with(
            TrainingSettings base,
            ForwardSchedule schedule,
            PredictionType prediction,
            Averaging averaging,
            int microBatch,
            double gamma) {
        return with(base, schedule, prediction, averaging, base.devices(), base.workers(), microBatch, gamma);
    }

    private static TrainingSettings with(
            TrainingSettings base,
            ForwardSchedule schedule,
            PredictionType prediction,
            Averaging averaging,
            ComputeDevices devices,
            int workers,
            int microBatch,
            double gamma) {
        return new TrainingSettings(
                base.network(),
                schedule,
                prediction,
                base.batchSize(),
                base.batching(),
                base.learningRate(),
                base.optimizer(),
                base.clipNorm(),
                averaging,
                base.precision(),
                devices,
                workers,
                microBatch,
                base.seed(),
                base.diagnosticsEvery(),
                base.stratifiedTimesteps(),
                base.labelDropout(),
                gamma);
    }

    /** Images of one brightness, with a little noise. */
    static Source source(String id, int brightness, int images) {
        SplittableRandom random = new RandomStreams(brightness).stream("tiny");
        byte[] pixels = new byte[images * 64];
        for (int i = 0; i < pixels.length; i++) {
            pixels[i] = (byte) (brightness + random.nextInt(40));
        }
        return new Source(id, new ImageDataSet(pixels, new int[images], 1, 8, 8));
    }

    static List<Source> sources() {
        return List.of(source("objective", 20, 30), source("bright", 200, 7));
    }
}
