package io.saddle.lab.bench.training;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.saddle.diffusion.network.Precision;
import io.saddle.diffusion.torch.ScalarType;
import io.saddle.diffusion.torch.TorchProgram;
import io.saddle.diffusion.torch.TorchRuntime;
import io.saddle.diffusion.torch.Workers;
import io.saddle.lab.bench.Json;
import io.saddle.lab.bench.WorkerLoop;
import java.util.Collections;
import java.util.List;

/**
 * Multiplies square matrices with saddle's libtorch, as many at a time as threads train, each on its own thread as in training. Asked
 * with {@code precision}, {@code size}, {@code products} of each thread and {@code repetitions}, it answers with {@code gflops}, the
 * operations of all threads in a second of every repetition, in 10^9.
 */
final class MatrixProductWorker implements WorkerLoop.Task {

    private static final String SCRIPT =
            """
              def half(self: SELF, x: Tensor) -> Tensor:
                return HALF
              def products(self: SELF, a: Tensor, b: Tensor, count: Tensor) -> Tensor:
                c = torch.matmul(a, b)
                for i in range(torch.sub(int(count), 1)):
                  c = torch.matmul(a, b)
                return c
            """.replace("SELF", TorchProgram.SELF).replace("HALF", ScalarType.BFLOAT16.cast("x"));

    private final TorchProgram program = new TorchProgram(SCRIPT);
    private final int threads;

    private MatrixProductWorker(JsonNode configuration) {
        threads = configuration.path("threads").asInt();
    }

    public static void main(String[] arguments) throws InterruptedException {
        WorkerLoop.serve(MatrixProductWorker::new);
    }

    @Override
    public ObjectNode hello() {
        return Json.object()
                .put("name", "saddle's libtorch, " + TorchRuntime.get().description())
                .put("threads", threads);
    }

    @Override
    public ObjectNode answer(JsonNode request) {
        int size = request.path("size").asInt();
        int products = request.path("products").asInt();
        boolean half = Precision.valueOf(request.path("precision").asText()) == Precision.BF16;
        double[] gflops = new double[request.path("repetitions").asInt()];
        try (NDManager manager = TorchRuntime.get().newManager();
                Workers workers = new Workers(threads)) {
            NDArray ones = manager.ones(new Shape(size, size));
            NDArray square = half ? program.call("half", ones).singletonOrThrow() : ones;
            NDArray count = manager.create(products);
            List<Runnable> tasks = Collections.nCopies(threads, () -> multiply(square, count));
            workers.run(tasks);
            for (int i = 0; i < gflops.length; i++) {
                long start = System.nanoTime();
                workers.run(tasks);
                gflops[i] = 2.0 * size * size * size * products * threads / (System.nanoTime() - start);
            }
        }
        return Json.object().set("gflops", Json.array(gflops));
    }

    private void multiply(NDArray square, NDArray count) {
        try (NDManager scope = square.getManager().newSubManager()) {
            // The result belongs to the manager of the first argument.
            NDArray mine = square.duplicate();
            mine.attach(scope);
            program.call("products", mine, square, count);
        }
    }

    @Override
    public void close() {
        program.close();
    }
}
