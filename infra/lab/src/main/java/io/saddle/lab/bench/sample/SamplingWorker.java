package io.saddle.lab.bench.sample;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.saddle.diffusion.files.DiffusersPipelineFolder;
import io.saddle.diffusion.network.NoisePredictor;
import io.saddle.diffusion.network.Precision;
import io.saddle.diffusion.network.UNet2D;
import io.saddle.diffusion.sampling.DdimSampler;
import io.saddle.diffusion.sampling.ImageBatch;
import io.saddle.diffusion.sampling.ImageSampler;
import io.saddle.diffusion.schedule.NoiseSchedule;
import io.saddle.diffusion.torch.TorchRuntime;
import io.saddle.lab.bench.Json;
import io.saddle.lab.bench.WorkerLoop;
import java.io.IOException;
import java.nio.file.Path;
import java.util.EnumMap;
import java.util.Map;

/** saddle's side: draws images with DDIM, in float32 and bfloat16. */
public final class SamplingWorker implements WorkerLoop.Task {

    private static final int WARM_UP_STEPS = 5;
    private static final int WARM_UP_ROUNDS = 3;

    private final DiffusersPipelineFolder model;
    private final int batch;
    private final int workers;
    private final UNet2D network;
    private final Map<Precision, NoisePredictor> predictors = new EnumMap<>(Precision.class);
    private long seed;

    private SamplingWorker(JsonNode configuration) throws IOException {
        model = DiffusersPipelineFolder.read(Path.of(configuration.path("model").asText()));
        batch = configuration.path("batch").asInt();
        workers = configuration.path("workers").asInt();
        network = UNet2D.compile(model.network());
        for (Precision precision : Precision.values()) {
            predictors.put(precision, new NoisePredictor(network, model.weights(), precision));
            for (int i = 0; i < WARM_UP_ROUNDS; i++) {
                draw(precision, WARM_UP_STEPS, batch);
            }
        }
    }

    public static void main(String[] arguments) throws InterruptedException {
        WorkerLoop.serve(SamplingWorker::new);
    }

    @Override
    public ObjectNode hello() {
        return Json.object()
                .put("name", "saddle, " + TorchRuntime.get().description())
                .put("threads", workers);
    }

    @Override
    public ObjectNode answer(JsonNode request) {
        int images = request.path("images").asInt();
        Precision precision = Precision.valueOf(request.path("precision").asText());
        long start = System.nanoTime();
        ImageBatch drawn = draw(precision, request.path("steps").asInt(), images);
        double seconds = (System.nanoTime() - start) / 1e9;
        ObjectNode answer = pixels(drawn.pixels());
        answer.set("imagesPerSecond", Json.array(images / seconds));
        return answer;
    }

    private ImageBatch draw(Precision precision, int steps, int images) {
        DdimSampler sampler = new DdimSampler(NoiseSchedule.of(model.schedule(), "DDIM"), model.prediction(), steps, 0);
        return new ImageSampler(predictors.get(precision), sampler).sample(images, seed++, batch, workers);
    }

    /** Tells at a glance whether both sides draw the same kind of images. */
    private static ObjectNode pixels(float[] pixels) {
        double sum = 0;
        double squares = 0;
        for (float pixel : pixels) {
            sum += pixel;
            squares += (double) pixel * pixel;
        }
        double mean = sum / pixels.length;
        return Json.object()
                .put("pixelMean", mean)
                .put("pixelDeviation", Math.sqrt(squares / pixels.length - mean * mean));
    }

    @Override
    public void close() {
        predictors.values().forEach(NoisePredictor::close);
        network.close();
    }
}
