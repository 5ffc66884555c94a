package io.saddle.cli.run;

import com.fasterxml.jackson.databind.JsonNode;
import io.saddle.cli.terminal.ExitCode;
import java.util.OptionalInt;

/**
 * The state of a run, from the console's JSON of a run or of a RunStatus, which have it under the same names.
 *
 * @param phase QUEUED where no trainer has said anything yet
 * @param updatedAt when its trainer has said so last, in ISO 8601; empty where not known
 */
record RunState(String phase, long step, long totalSteps, long dualStep, String message, String updatedAt) {

    /** True of a console's JSON of a run whose finished model's score is still to come. */
    static boolean isBeingJudged(JsonNode json) {
        return json.path("judging").asBoolean();
    }

    /** True of a console's JSON of a run whose finished model gets no score; its message says why. */
    static boolean isNotJudged(JsonNode json) {
        return json.path("notJudged").isTextual();
    }

    /** True if no trainer is at it: why, and whether it is meant to be so, only the console knows. */
    boolean rests() {
        return phase.equals("PAUSED") || phase.equals("QUEUED");
    }

    /** True if both come from the same word of the run's trainer. */
    boolean isOfSameWord(RunState other) {
        return !updatedAt.isEmpty() && updatedAt.equals(other.updatedAt);
    }

    static RunState of(JsonNode json) {
        return new RunState(
                json.path("phase").asText("QUEUED"),
                json.path("step").asLong(),
                json.path("totalSteps").asLong(),
                json.path("dualStep").asLong(),
                json.path("message").asText(""),
                json.path("updatedAt").asText(""));
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
