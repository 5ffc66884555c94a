package io.saddle.lab.bench.training;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.saddle.diffusion.autoencoder.Autoencoder;
import io.saddle.diffusion.autoencoder.AutoencoderFiles;
import io.saddle.diffusion.network.Precision;
import io.saddle.diffusion.torch.TorchRuntime;
import io.saddle.diffusion.torch.Workers;
import io.saddle.lab.bench.Json;
import io.saddle.lab.bench.WorkerLoop;
import java.io.IOException;
import java.nio.file.Path;
import java.util.SplittableRandom;

/**
 * saddle's side: encodes or decodes images as {@code data encode} and the samplers do, eight at a time on each thread. Images are
 * random: what they cost does not depend on what they show.
 */
final class EncodingWorker implements WorkerLoop.Task {
    static final int BATCH = 8;

    private final Autoencoder autoencoder;
    private final int workers;
    private final int side;

    private EncodingWorker(JsonNode configuration) throws IOException {
        autoencoder = AutoencoderFiles.open(
                        Path.of(configuration.path("autoencoder").asText()))
                .load(Precision.FP32);
        workers = configuration.path("workers").asInt();
        side = configuration.path("side").asInt();
        for (String work : new String[] {"encode", "decode"}) {
            run(work, 2 * BATCH * workers);
        }
    }

    public static void main(String[] arguments) throws InterruptedException {
        WorkerLoop.serve(EncodingWorker::new);
    }

    @Override
    public ObjectNode hello() {
        return Json.object()
                .put("name", "saddle, " + TorchRuntime.get().description())
                .put("threads", workers)
                .put("latentChannels", autoencoder.description().latentChannels());
    }

    @Override
    public ObjectNode answer(JsonNode request) {
        int images = request.path("images").asInt();
        long start = System.nanoTime();
        run(request.path("work").asText(), images);
        double seconds = (System.nanoTime() - start) / 1e9;
        return Json.object().set("imagesPerSecond", Json.array(images / seconds));
    }

    private void run(String work, int images) {
        boolean encode = work.equals("encode");
        int reduction = encode ? 1 : autoencoder.description().reduction();
        int channels = encode
                ? autoencoder.description().imageChannels()
                : autoencoder.description().latentChannels();
        Workers.runBatches(workers, images, BATCH, (from, to) -> {
            Shape shape = new Shape(to - from, channels, side / reduction, side / reduction);
            try (NDManager scope = autoencoder.newManager()) {
                NDArray made = made(scope, shape, from);
                NDArray result = encode ? autoencoder.latents(made) : autoencoder.images(made);
                result.toByteBuffer();
            }
        });
    }

    private static NDArray made(NDManager scope, Shape shape, long seed) {
        SplittableRandom random = new SplittableRandom(seed);
        float[] values = new float[(int) shape.size()];
        for (int i = 0; i < values.length; i++) {
            values[i] = 2 * random.nextFloat() - 1;
        }
        return scope.create(values, shape);
    }

    @Override
    public void close() {
        autoencoder.close();
    }
}
