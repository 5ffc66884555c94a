package io.saddle.run.spec;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;

/** What a specification says of the dual ascent and its steps alone. */
final class DualParts {

    private static final String TRAINING = "training";
    private static final List<String> OF_RUN = List.of("version", "name", "dual", "constraints", TRAINING);
    private static final List<String> OF_TRAINING = List.of("steps", "warmupSteps");
    private static final List<String> OF_CONSTRAINT =
            List.of("id", "threshold", "initialMultiplier", "resilience", "dualLearningRate");

    private DualParts() {}

    /** Takes out everything else. Parts of a wrong type are left to the schema. */
    static void keep(ObjectNode spec) {
        spec.retain(OF_RUN);
        if (spec.get(TRAINING) instanceof ObjectNode training) {
            training.retain(OF_TRAINING);
        }
        for (JsonNode constraint : spec.path("constraints")) {
            if (constraint instanceof ObjectNode one) {
                boolean derived = one.has("atLeast");
                one.retain(OF_CONSTRAINT);
                // Violations count from the threshold, whatever it is.
                if (derived) {
                    one.put("threshold", 0);
                }
                one.putObject("data");
            }
        }
    }
}
