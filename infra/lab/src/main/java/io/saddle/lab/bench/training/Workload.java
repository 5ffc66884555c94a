package io.saddle.lab.bench.training;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.saddle.diffusion.training.BatchingMode;
import io.saddle.diffusion.training.Multipliers;
import io.saddle.lab.bench.Json;
import java.util.Arrays;

/**
 * The kind of step that is done.
 *
 * @param constraints their number m
 * @param diagnosticsEvery every how many steps the gradient is split by source; 0 = never
 */
record Workload(int constraints, BatchingMode batching, int diagnosticsEvery) {

    /** The step that a plain diffusion model is trained with. */
    static final Workload PLAIN = new Workload(0, BatchingMode.MIXTURE, 0);

    private static final double MULTIPLIER = 0.5;

    static Workload of(int constraints, BatchingMode batching) {
        return new Workload(constraints, batching, 0);
    }

    static Workload from(JsonNode request) {
        return new Workload(
                request.path("constraints").asInt(),
                BatchingMode.valueOf(request.path("batching").asText(BatchingMode.MIXTURE.name())),
                request.path("diagnosticsEvery").asInt());
    }

    /** Asks a worker for so many steps of this kind. */
    ObjectNode request(int steps) {
        return Json.object()
                .put("steps", steps)
                .put("constraints", constraints)
                .put("batching", batching.name())
                .put("diagnosticsEvery", diagnosticsEvery);
    }

    /** Every constraint weighs half as much as the objective. */
    Multipliers multipliers() {
        double[] lambda = new double[constraints];
        Arrays.fill(lambda, MULTIPLIER);
        return new Multipliers(lambda);
    }
}
