package io.saddle.lab.bench.training;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.saddle.diffusion.torch.TorchRuntime;
import io.saddle.diffusion.training.Multipliers;
import io.saddle.diffusion.training.PrimalTraining;
import io.saddle.diffusion.training.StepReport;
import io.saddle.lab.bench.Json;
import io.saddle.lab.bench.Statistics;
import io.saddle.lab.bench.WorkerLoop;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.util.HashMap;
import java.util.Map;

/**
 * Does steps of {@link PrimalTraining}, the trainer's own, and times them. An answer has {@code millis} of every step and
 * {@code data}, the part of it outside libtorch; where the request says {@code parts: n} also {@code forward},
 * {@code backward} and {@code optimizer}.
 */
final class TrainingWorker implements WorkerLoop.Task {

    private static final double NANOS_PER_MILLI = 1e6;

    private final WorkerSettings settings;
    private final Map<Workload, PrimalTraining> trainings = new HashMap<>();
    private StepParts parts;

    private TrainingWorker(JsonNode configuration) throws IOException {
        settings = WorkerSettings.read(configuration);
    }

    public static void main(String[] arguments) throws InterruptedException {
        WorkerLoop.serve(TrainingWorker::new);
    }

    @Override
    public ObjectNode hello() {
        return withHeap(Json.object()
                .put("name", "saddle, DJL " + TorchRuntime.get().description())
                .put("threads", settings.integer("threads"))
                .put("parameters", settings.parameters()));
    }

    @Override
    public ObjectNode answer(JsonNode request) {
        Workload workload = Workload.from(request);
        PrimalTraining training = trainings.computeIfAbsent(workload, this::warm);
        double[] millis = new double[request.path("steps").asInt()];
        double[] data = new double[millis.length];
        double[] libtorch = new double[millis.length];
        Multipliers lambda = workload.multipliers();
        for (int i = 0; i < millis.length; i++) {
            long start = System.nanoTime();
            StepReport report = step(training, lambda);
            millis[i] = (System.nanoTime() - start) / NANOS_PER_MILLI;
            libtorch[i] = report.libtorchMillis();
            data[i] = millis[i] - libtorch[i];
        }
        ObjectNode answer = Json.object();
        answer.set("millis", Json.array(millis));
        answer.set("data", Json.array(data));
        if (request.path("parts").asInt() > 0) {
            addParts(answer, libtorch, request.path("parts").asInt());
        }
        return withHeap(answer);
    }

    /** Backward is what is left of libtorch's time. */
    private void addParts(ObjectNode answer, double[] libtorch, int repetitions) {
        if (parts == null) {
            parts = new StepParts(settings.plain(), settings.model().weights());
            parts.forward();
            parts.optimizer();
        }
        double[] forward = new double[repetitions];
        double[] optimizer = new double[repetitions];
        for (int i = 0; i < repetitions; i++) {
            forward[i] = parts.forward() / NANOS_PER_MILLI;
            optimizer[i] = parts.optimizer() / NANOS_PER_MILLI;
        }
        double others =
                Statistics.of(forward).median() + Statistics.of(optimizer).median();
        double[] backward = new double[libtorch.length];
        for (int i = 0; i < backward.length; i++) {
            backward[i] = libtorch[i] - others;
        }
        answer.set("forward", Json.array(forward));
        answer.set("backward", Json.array(backward));
        answer.set("optimizer", Json.array(optimizer));
    }

    private PrimalTraining warm(Workload workload) {
        PrimalTraining training = settings.training(workload);
        for (int i = 0; i < settings.integer("warmUp"); i++) {
            step(training, workload.multipliers());
        }
        return training;
    }

    private static StepReport step(PrimalTraining training, Multipliers lambda) {
        StepReport report = training.step(lambda);
        if (!report.finite()) {
            throw new IllegalStateException("the loss of step " + report.step() + " is not finite");
        }
        return report;
    }

    private static ObjectNode withHeap(ObjectNode answer) {
        return answer.put(
                "heapKiB",
                ManagementFactory.getMemoryMXBean().getHeapMemoryUsage().getCommitted() / 1024);
    }

    @Override
    public void close() {
        trainings.values().forEach(PrimalTraining::close);
        if (parts != null) {
            parts.close();
        }
    }
}
