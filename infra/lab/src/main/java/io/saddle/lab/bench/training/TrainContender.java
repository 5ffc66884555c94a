package io.saddle.lab.bench.training;

import com.fasterxml.jackson.databind.JsonNode;
import io.saddle.diffusion.network.Precision;
import io.saddle.lab.bench.BenchContext;
import io.saddle.lab.bench.PythonPeer;
import io.saddle.lab.bench.Worker;
import java.nio.file.Path;
import java.util.Map;

/** A side of {@code bench train}. */
enum TrainContender {
    SADDLE_FP32("saddle fp32", Precision.FP32, null),
    SADDLE_BF16("saddle bf16", Precision.BF16, null),
    TORCH_FP32("PyTorch fp32", Precision.FP32, Map.of()),
    TORCH_FP32_TUNED("PyTorch fp32, tuned malloc", Precision.FP32, PythonPeer.TUNED_MALLOC),
    TORCH_BF16("PyTorch bf16 autocast", Precision.BF16, Map.of()),
    TORCH_BF16_TUNED("PyTorch bf16 autocast, tuned malloc", Precision.BF16, PythonPeer.TUNED_MALLOC);

    private final String title;
    private final Precision precision;
    private final Map<String, String> environment;

    TrainContender(String title, Precision precision, Map<String, String> environment) {
        this.title = title;
        this.precision = precision;
        this.environment = environment;
    }

    String title() {
        return title;
    }

    boolean isPeer() {
        return environment != null;
    }

    /**
     * @param python only used for peers
     */
    Worker start(BenchContext context, Path python, TrainingSubject subject, Path folder, int warmUp) {
        JsonNode configuration = subject.configuration(folder, precision, warmUp);
        return isPeer()
                ? PyTorchPeer.start(context, title, python, environment, configuration)
                : context.java(title, "primal-trainer", TrainingWorker.class, configuration);
    }
}
