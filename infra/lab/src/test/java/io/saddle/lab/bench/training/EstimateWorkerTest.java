package io.saddle.lab.bench.training;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.saddle.diffusion.network.Precision;
import io.saddle.lab.bench.Worker;
import java.nio.file.Path;
import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class EstimateWorkerTest {

    private static double median(JsonNode millis) {
        double[] sorted = new double[millis.size()];
        for (int i = 0; i < sorted.length; i++) {
            sorted[i] = millis.get(i).asDouble();
        }
        Arrays.sort(sorted);
        return sorted[sorted.length / 2];
    }

    @Test
    void shouldTimeEveryConstraintAndDraw(@TempDir Path folder) throws Exception {
        TinySubject tiny = TinySubject.in(folder);
        ObjectNode configuration = tiny.subject().configuration(tiny.model(), Precision.FP32, 1);
        try (Worker worker =
                tiny.context().java("estimate", "constraint-evaluator", EstimateWorker.class, configuration)) {
            JsonNode one = worker.ask(EstimateBench.request(1, 32, 3)).path("millis");
            JsonNode many = worker.ask(EstimateBench.request(4, 256, 3)).path("millis");
            assertEquals(3, one.size());
            assertEquals(3, many.size());
            assertTrue(median(many) > 4 * median(one), one + " for 32 draws, " + many + " for 32 times as many");
        }
    }
}
