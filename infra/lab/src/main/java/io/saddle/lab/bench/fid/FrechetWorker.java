package io.saddle.lab.bench.fid;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.saddle.diffusion.evaluation.FeatureGaussian;
import io.saddle.diffusion.evaluation.FrechetDistance;
import io.saddle.diffusion.evaluation.StatisticsFile;
import io.saddle.diffusion.torch.TorchRuntime;
import io.saddle.lab.bench.Json;
import io.saddle.lab.bench.WorkerLoop;
import java.io.IOException;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;

/** saddle's side: distances between statistics that lie in memory, as the FID evaluator computes them. */
public final class FrechetWorker implements WorkerLoop.Task {

    private record Pair(FeatureGaussian first, FeatureGaussian second) {}

    private final FrechetDistance distance = new FrechetDistance();
    private final Map<Integer, Pair> pairs = new HashMap<>();

    private FrechetWorker(JsonNode configuration) throws IOException {
        for (JsonNode pair : configuration.path("pairs")) {
            FeatureGaussian first =
                    StatisticsFile.read(Path.of(pair.path("first").asText()));
            FeatureGaussian second =
                    StatisticsFile.read(Path.of(pair.path("second").asText()));
            pairs.put(pair.path("dimensions").asInt(), new Pair(first, second));
        }
        for (JsonNode pair : configuration.path("pairs")) {
            repeat(pair.path("dimensions").asInt(), pair.path("warmUp").asInt());
        }
    }

    public static void main(String[] arguments) throws InterruptedException {
        WorkerLoop.serve(FrechetWorker::new);
    }

    @Override
    public ObjectNode hello() {
        return Json.object()
                .put("name", "saddle, " + TorchRuntime.get().description())
                .put("threads", TorchRuntime.get().threads());
    }

    @Override
    public ObjectNode answer(JsonNode request) {
        return repeat(
                request.path("dimensions").asInt(), request.path("repetitions").asInt());
    }

    private ObjectNode repeat(int dimensions, int repetitions) {
        Pair pair = pairs.get(dimensions);
        double[] millis = new double[repetitions];
        double result = Double.NaN;
        for (int i = 0; i < millis.length; i++) {
            long start = System.nanoTime();
            result = distance.between(pair.first(), pair.second());
            millis[i] = (System.nanoTime() - start) / 1e6;
        }
        ObjectNode answer = Json.object().put("distance", result);
        answer.set("millis", Json.array(millis));
        return answer;
    }

    @Override
    public void close() {
        distance.close();
    }
}
