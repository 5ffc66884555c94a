package io.saddle.cli.run;

import com.fasterxml.jackson.databind.JsonNode;
import io.saddle.cli.terminal.ExitCode;
import java.util.OptionalDouble;
import java.util.OptionalInt;

/**
 * Where a run stands, from the console's JSON: of a run (with its RunStatus as {@code status}) or of a RunStatus itself.
 *
 * @param phase QUEUED where no trainer has said anything yet
 */
record RunState(String phase, long step, long totalSteps, long dualStep, String message, OptionalDouble etaSeconds) {

    static RunState of(JsonNode json) {
        JsonNode status = json.path("status").isObject() ? json.path("status") : json;
        JsonNode eta = withoutUnion(status.path("etaSeconds"));
        return new RunState(
                status.path("phase").asText("QUEUED"),
                status.path("step").asLong(),
                status.path("totalSteps").asLong(),
                status.path("dualStep").asLong(),
                status.path("message").asText(""),
                eta.isNumber() ? OptionalDouble.of(eta.asDouble()) : OptionalDouble.empty());
    }

    /** The exit code of a run that is over. */
    OptionalInt exitCode() {
        return switch (phase) {
            case "COMPLETED" -> OptionalInt.of(ExitCode.OK);
            case "FAILED" -> OptionalInt.of(ExitCode.FAILED);
            case "STOPPED" -> OptionalInt.of(ExitCode.STOPPED);
            default -> OptionalInt.empty();
        };
    }

    /** Avro's own JSON wraps an optional value in an object named after its type. */
    private static JsonNode withoutUnion(JsonNode value) {
        return value.isObject() && value.size() == 1 ? value.elements().next() : value;
    }
}
