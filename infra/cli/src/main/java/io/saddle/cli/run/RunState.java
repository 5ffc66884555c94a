package io.saddle.cli.run;

import com.fasterxml.jackson.databind.JsonNode;
import io.saddle.cli.terminal.ExitCode;
import java.util.OptionalInt;

/**
 * The state of a run, from the console's JSON of a run or of a RunStatus, which have it under the same names.
 *
 * @param phase QUEUED where no trainer has said anything yet
 */
record RunState(String phase, long step, long totalSteps, long dualStep, String message) {

    /** The beginning of the console's message on a run whose finished model nobody could judge. */
    private static final String NOT_JUDGED = "its finished model is not judged: ";

    /** True of a console's JSON of a run whose finished model's score is still to come. */
    static boolean isJudged(JsonNode json) {
        return json.path("judging").asBoolean();
    }

    /** True if the console says why there will be no score of the finished model. */
    boolean isUnjudged() {
        return message.startsWith(NOT_JUDGED);
    }

    static RunState of(JsonNode json) {
        return new RunState(
                json.path("phase").asText("QUEUED"),
                json.path("step").asLong(),
                json.path("totalSteps").asLong(),
                json.path("dualStep").asLong(),
                json.path("message").asText(""));
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
}
