package io.saddle.lab.bench.training;

import com.fasterxml.jackson.databind.JsonNode;
import io.saddle.diffusion.data.ImageDataSet;
import io.saddle.diffusion.files.DiffusersPipelineFolder;
import io.saddle.diffusion.network.Precision;
import io.saddle.diffusion.network.UNet2DConfig;
import io.saddle.diffusion.torch.ComputeDevices;
import io.saddle.diffusion.training.AdamWSettings;
import io.saddle.diffusion.training.Ema;
import io.saddle.diffusion.training.LearningRate;
import io.saddle.diffusion.training.ModelState;
import io.saddle.diffusion.training.PrimalTraining;
import io.saddle.diffusion.training.Source;
import io.saddle.diffusion.training.TrainingSettings;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;

/**
 * The values of {@link TrainingSubject#configuration}, read again in the worker. Images are random bytes: what a step costs does
 * not depend on what they show.
 */
record WorkerSettings(DiffusersPipelineFolder model, JsonNode json) {

    private static final int OBJECTIVE_IMAGES = 1000;
    private static final int CONSTRAINT_IMAGES = 100;

    static WorkerSettings read(JsonNode json) throws IOException {
        return new WorkerSettings(
                DiffusersPipelineFolder.read(Path.of(json.path("model").asText())), json);
    }

    int parameters() {
        return Math.toIntExact(model.weights().size());
    }

    int integer(String key) {
        return json.path(key).asInt();
    }

    /** The training of a workload, at its first step. */
    PrimalTraining training(Workload workload) {
        List<Source> sources = new ArrayList<>();
        sources.add(new Source("objective", images(0, OBJECTIVE_IMAGES)));
        for (int i = 1; i <= workload.constraints(); i++) {
            sources.add(new Source("constraint-" + i, constraintImages(i)));
        }
        return training(workload, sources);
    }

    /** The same on other sources. */
    PrimalTraining training(Workload workload, List<Source> sources) {
        try (ModelState start = ModelState.startingFrom(model.weights().copy())) {
            return new PrimalTraining(training(workload, json), sources, start);
        }
    }

    TrainingSettings plain() {
        return training(Workload.PLAIN, json);
    }

    private TrainingSettings training(Workload workload, JsonNode c) {
        return new TrainingSettings(
                model.network(),
                model.schedule(),
                model.prediction(),
                integer("batchSize"),
                workload.batching(),
                LearningRate.constant(c.path("learningRate").asDouble(), integer("warmUp")),
                new AdamWSettings(
                        c.path("beta1").asDouble(),
                        c.path("beta2").asDouble(),
                        c.path("epsilon").asDouble(),
                        c.path("weightDecay").asDouble()),
                c.path("clipNorm").asDouble(),
                new Ema(c.path("emaDecay").asDouble()),
                Precision.valueOf(c.path("precision").asText()),
                // The peer computes there too.
                new ComputeDevices("cpu"),
                integer("threads"),
                integer("microBatch"),
                c.path("seed").asLong(),
                workload.diagnosticsEvery(),
                true,
                0,
                0);
    }

    /** @param number of the constraint, from 1 on */
    ImageDataSet constraintImages(int number) {
        return images(number, CONSTRAINT_IMAGES);
    }

    private ImageDataSet images(int seed, int count) {
        UNet2DConfig network = model.network();
        byte[] pixels = new byte[count * network.inChannels() * network.height() * network.width()];
        new SplittableRandom(seed).nextBytes(pixels);
        return new ImageDataSet(pixels, new int[count], network.inChannels(), network.height(), network.width());
    }
}
