package io.saddle.lab.bench.sample;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.saddle.diffusion.files.DiffusersPipelineFolder;
import io.saddle.diffusion.network.NoisePredictor;
import io.saddle.diffusion.network.Precision;
import io.saddle.diffusion.network.UNet2D;
import io.saddle.diffusion.sampling.ImageBatch;
import io.saddle.diffusion.sampling.ImageSampler;
import io.saddle.diffusion.torch.TorchRuntime;
import io.saddle.lab.bench.Json;
import io.saddle.lab.bench.WorkerLoop;
import io.saddle.model.RunModel;
import java.io.IOException;
import java.nio.file.Path;

/** saddle's side: draws images in the precision that it is told, with the sampler that it is asked for. */
public final class SamplingWorker implements WorkerLoop.Task {

    private final RunModel model;
    private final int batch;
    private final int workers;
    private final UNet2D network;
    private final NoisePredictor predictor;
    private long seed;

    private SamplingWorker(JsonNode configuration) throws IOException {
        DiffusersPipelineFolder folder =
                DiffusersPipelineFolder.read(Path.of(configuration.path("model").asText()));
        model = new RunModel(folder.network(), folder.schedule(), folder.prediction());
        batch = configuration.path("batch").asInt();
        workers = configuration.path("workers").asInt();
        network = UNet2D.compile(model.network());
        predictor = new NoisePredictor(
                network,
                folder.weights(),
                Precision.valueOf(configuration.path("precision").asText()));
        int steps = configuration.path("warmUpSteps").asInt();
        for (int i = 0; i < configuration.path("warmUpRounds").asInt(); i++) {
            draw(SamplerName.DDIM.key(), steps, batch);
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
        long start = System.nanoTime();
        ImageBatch drawn =
                draw(request.path("sampler").asText(), request.path("steps").asInt(), images);
        double seconds = (System.nanoTime() - start) / 1e9;
        ObjectNode answer = pixels(drawn.pixels());
        answer.set("imagesPerSecond", Json.array(images / seconds));
        return answer;
    }

    private ImageBatch draw(String sampler, int steps, int images) {
        return new ImageSampler(predictor, model.sampler(sampler, null, steps)).sample(images, seed++, batch, workers);
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
        predictor.close();
        network.close();
    }
}
