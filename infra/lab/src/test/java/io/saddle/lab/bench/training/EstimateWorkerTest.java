package io.saddle.lab.bench.training;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.saddle.diffusion.network.Precision;
import io.saddle.lab.bench.Worker;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class EstimateWorkerTest {

    private static ObjectNode asked(TinySubject tiny, Precision precision, int samples) {
        ObjectNode configuration = tiny.subject().configuration(tiny.model(), precision, 1);
        try (Worker worker =
                tiny.context().java("estimate", "constraint-evaluator", EstimateWorker.class, configuration)) {
            return worker.ask(EstimateBench.request(2, samples, 3));
        }
    }

    @Test
    void shouldEstimateTheLossOfEveryConstraintInItsPrecision(@TempDir Path folder) throws Exception {
        TinySubject tiny = TinySubject.in(folder);
        ObjectNode full = asked(tiny, Precision.FP32, 64);
        ObjectNode half = asked(tiny, Precision.BF16, 64);
        ObjectNode fewer = asked(tiny, Precision.FP32, 32);
        assertEquals(3, full.path("millis").size());
        assertEquals(2, full.path("losses").size());
        for (int constraint = 0; constraint < 2; constraint++) {
            double exact = full.path("losses").get(constraint).asDouble();
            assertTrue(exact > 0 && exact < 10, full::toString);
            assertEquals(exact, half.path("losses").get(constraint).asDouble(), 0.01 * exact, half::toString);
            assertNotEquals(exact, half.path("losses").get(constraint).asDouble(), "computed in fp32 both times");
            assertNotEquals(exact, fewer.path("losses").get(constraint).asDouble(), "of as many draws both times");
        }
        assertNotEquals(
                full.path("losses").get(0).asDouble(),
                full.path("losses").get(1).asDouble(),
                "each constraint has images of its own");
    }
}
