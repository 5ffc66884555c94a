package io.saddle.lab.bench.training;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.saddle.diffusion.network.Precision;
import io.saddle.lab.bench.Json;
import io.saddle.lab.bench.Side;
import io.saddle.lab.bench.Worker;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class MatrixProductTest {

    private static MatrixProduct.Size size(int rows, double... gflops) {
        ObjectNode answer = Json.object().set("gflops", Json.array(gflops));
        return new MatrixProduct.Size(
                rows, new Side.Measured(rows + "x" + rows, Json.object(), "gflops", List.of(answer)));
    }

    @Test
    void shouldTakeTheSizeOfTheBestMedian() {
        MatrixProduct product =
                new MatrixProduct(Precision.FP32, List.of(size(512, 90, 91, 500), size(1024, 100, 120, 110)));

        assertEquals(110, product.best().gflops());
        assertEquals("110.0 GFLOP/s in fp32 by the best of squares of 512, 1024 rows: 1024", product.words());
    }

    @Test
    void shouldMultiplyInBothPrecisionsOnEveryThread(@TempDir Path folder) throws Exception {
        TinySubject tiny = TinySubject.in(folder);
        try (Worker worker = tiny.context()
                .java(
                        "matrix product",
                        "primal-trainer",
                        MatrixProductWorker.class,
                        Json.object().put("threads", 2))) {
            for (Precision precision : Precision.values()) {
                ObjectNode answer = worker.ask(MatrixProduct.request(precision, 64, 3, 2));
                assertEquals(2, answer.path("gflops").size());
                assertTrue(answer.path("gflops").get(1).asDouble() > 0, answer::toString);
            }
        }
    }
}
