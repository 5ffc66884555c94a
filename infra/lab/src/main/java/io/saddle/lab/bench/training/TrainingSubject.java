package io.saddle.lab.bench.training;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.saddle.diffusion.files.DiffusersPipelineFolder;
import io.saddle.diffusion.network.Precision;
import io.saddle.diffusion.network.UNet2D;
import io.saddle.diffusion.network.UNet2DConfig;
import io.saddle.diffusion.network.UNet2DConfigJson;
import io.saddle.diffusion.schedule.NoiseSchedule;
import io.saddle.diffusion.torch.HostVector;
import io.saddle.diffusion.training.TrainingSettings;
import io.saddle.lab.bench.Json;
import io.saddle.model.RunModel;
import io.saddle.run.spec.RunSpec;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;

/**
 * A network and how it is trained: what workers of both sides are given.
 *
 * @param name in tables
 * @param settings of training; batch and precision are replaced where a bench says so
 * @param batch rows of a step
 */
public record TrainingSubject(String name, TrainingSettings settings, int batch) {

    /** About five million weights, on images as CIFAR-10 has them. */
    private static final UNet2DConfig LARGER = UNet2DConfig.of(32, 3, List.of(64, 128, 144), 1, 16);

    private static final UNet2DConfig PHOTOGRAPHS = UNet2DConfig.of(64, 3, List.of(32, 64, 64, 128), 1, 16);

    /**
     * The network of a run.
     *
     * @param batch null: the run's
     */
    public static TrainingSubject ofRun(RunSpec run, Integer batch, int threads) {
        return of(run.name(), RunModel.of(run), run, batch, threads);
    }

    /**
     * The same network with its heads in another width.
     *
     * @param run the one that the subject was made of
     * @param headDim channels of an attention head; null = one head over all channels
     */
    TrainingSubject withHeads(RunSpec run, Integer headDim, int threads) {
        UNet2DConfig network =
                UNet2DConfigJson.read(UNet2DConfigJson.write(settings.network()).put("attention_head_dim", headDim));
        return of(name, new RunModel(network, settings.schedule(), settings.prediction()), run, batch, threads);
    }

    /** A larger network, 3x32x32, with the run's schedule and optimizer. */
    public static TrainingSubject larger(RunSpec run, Integer batch, int threads) {
        RunModel model = RunModel.of(run);
        return of("larger", new RunModel(LARGER, model.schedule(), model.prediction()), run, batch, threads);
    }

    /** A network for photographs, 3x64x64, with the run's schedule and optimizer. */
    public static TrainingSubject photographs(RunSpec run, Integer batch, int threads) {
        RunModel model = RunModel.of(run);
        return of("photographs", new RunModel(PHOTOGRAPHS, model.schedule(), model.prediction()), run, batch, threads);
    }

    private static TrainingSubject of(String name, RunModel model, RunSpec run, Integer batch, int threads) {
        TrainingSettings settings = model.trainingSettings(run, threads);
        return new TrainingSubject(name, settings, batch == null ? settings.batchSize() : batch);
    }

    /** Number of weights. */
    public int parameters() {
        return UNet2D.layout(settings.network()).size();
    }

    /** For example {@code mnist-minority: 1x28x28, channels 16-32-32, 312,001 parameters, batch 64}. */
    public String title() {
        UNet2DConfig network = settings.network();
        String channels =
                network.blockOutChannels().stream().map(String::valueOf).collect(Collectors.joining("-"));
        return name + ": " + network.inChannels() + "x" + network.sampleSize() + ", channels " + channels + ", "
                + String.format(Locale.ROOT, "%,d", parameters()) + " parameters, batch " + batch;
    }

    /** The attention's heads in words. */
    public String heads() {
        Integer channels = settings.network().attentionHeadDim();
        return channels == null ? "one head over all channels" : "heads of " + channels + " channels";
    }

    /** Writes the network with its initial weights as diffusers would: both sides start from this folder. */
    public void write(Path folder) throws IOException {
        try (HostVector weights = UNet2D.layout(settings.network()).initialValues(settings.seed())) {
            new DiffusersPipelineFolder(settings.network(), settings.schedule(), settings.prediction(), weights)
                    .write(folder);
        }
    }

    /**
     * The configuration that a worker is given; see {@link WorkerSettings}.
     *
     * @param folder where {@link #write} has put the network
     * @param warmUp steps of every workload that do not count
     */
    public ObjectNode configuration(Path folder, Precision precision, int warmUp) {
        ObjectNode json = Json.object()
                .put("model", folder.toAbsolutePath().toString())
                .put("batchSize", batch)
                .put("precision", precision.name())
                .put("learningRate", settings.learningRate().peak())
                .put("beta1", settings.optimizer().beta1())
                .put("beta2", settings.optimizer().beta2())
                .put("epsilon", settings.optimizer().epsilon())
                .put("weightDecay", settings.optimizer().weightDecay())
                .put("clipNorm", settings.clipNorm())
                .put("emaDecay", settings.averaging().decay())
                .put("threads", settings.workers())
                .put("microBatch", settings.microBatch())
                .put("seed", settings.seed())
                .put("prediction", settings.prediction().diffusersName())
                .put("warmUp", warmUp);
        float[] alphas =
                NoiseSchedule.of(settings.schedule(), "the peer in Python").alphasCumprod();
        double[] cumulative = new double[alphas.length];
        for (int i = 0; i < alphas.length; i++) {
            cumulative[i] = alphas[i];
        }
        return json.set("alphasCumprod", Json.array(cumulative));
    }
}
