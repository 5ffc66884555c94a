package io.saddle.lab.bench.training;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.saddle.diffusion.data.ImageDataSet;
import io.saddle.diffusion.evaluation.LossEvaluator;
import io.saddle.diffusion.network.NoisePredictor;
import io.saddle.diffusion.network.Precision;
import io.saddle.diffusion.network.UNet2D;
import io.saddle.diffusion.torch.TorchRuntime;
import io.saddle.lab.bench.Json;
import io.saddle.lab.bench.WorkerLoop;
import io.saddle.model.RunModel;
import java.io.IOException;
import java.util.List;
import java.util.stream.IntStream;

/**
 * Estimates the losses of one snapshot for a dual step with {@link LossEvaluator}, as the constraint evaluator does, and times that. Asked
 * with {@code constraints}, {@code samples} of each and {@code repetitions}, it answers with {@code millis} of every repetition, all
 * constraints together, and the {@code losses} of the constraints.
 */
final class EstimateWorker implements WorkerLoop.Task {

    private static final double NANOS_PER_MILLI = 1e6;
    private static final long SEED = 1;

    private final WorkerSettings settings;
    private final UNet2D network;
    private final NoisePredictor predictor;
    private final LossEvaluator evaluator;

    private EstimateWorker(JsonNode configuration) throws IOException {
        settings = WorkerSettings.read(configuration);
        RunModel model = new RunModel(
                settings.model().network(),
                settings.model().schedule(),
                settings.model().prediction());
        network = UNet2D.compile(model.network());
        predictor = new NoisePredictor(
                network,
                settings.model().weights(),
                Precision.valueOf(configuration.path("precision").asText()));
        evaluator = new LossEvaluator(model.forwardProcess(), NoisePredictor.BATCH, settings.integer("threads"));
        for (int i = 0; i < settings.integer("warmUp"); i++) {
            losses(images(1), NoisePredictor.BATCH * settings.integer("threads"));
        }
    }

    public static void main(String[] arguments) throws InterruptedException {
        WorkerLoop.serve(EstimateWorker::new);
    }

    @Override
    public ObjectNode hello() {
        return Json.object()
                .put("name", "saddle, DJL " + TorchRuntime.get().description())
                .put("threads", settings.integer("threads"))
                .put("parameters", settings.parameters());
    }

    @Override
    public ObjectNode answer(JsonNode request) {
        List<ImageDataSet> images = images(request.path("constraints").asInt());
        double[] millis = new double[request.path("repetitions").asInt()];
        double[] losses = new double[0];
        for (int i = 0; i < millis.length; i++) {
            long start = System.nanoTime();
            losses = losses(images, request.path("samples").asInt());
            millis[i] = (System.nanoTime() - start) / NANOS_PER_MILLI;
        }
        ObjectNode answer = Json.object();
        answer.set("millis", Json.array(millis));
        answer.set("losses", Json.array(losses));
        return answer;
    }

    private List<ImageDataSet> images(int constraints) {
        return IntStream.rangeClosed(1, constraints)
                .mapToObj(settings::constraintImages)
                .toList();
    }

    private double[] losses(List<ImageDataSet> constraints, int samples) {
        return constraints.stream()
                .mapToDouble(images ->
                        evaluator.estimate(predictor, images, samples, SEED).loss())
                .toArray();
    }

    @Override
    public void close() {
        predictor.close();
        network.close();
    }
}
