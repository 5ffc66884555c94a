package io.saddle.lab.report;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.saddle.cli.connection.ConsoleClient;
import io.saddle.cli.terminal.CommandException;
import java.util.Optional;

/** The promotion of a shadow whose estimates were seen on their topic. */
public final class Promotion {

    private static final String NOT_SEEN_YET = "was never measured";

    private Promotion() {}

    /**
     * Puts a shadow in the place of its constraint. The console reads for itself, and may see the estimates later than whoever asks,
     * after faults much later.
     *
     * @return what is in force now; empty where the console has seen none yet: then it is to be asked again
     */
    public static Optional<JsonNode> tried(ConsoleClient console, String runId, String shadow, ObjectNode request) {
        try {
            return Optional.of(console.changeConstraint(runId, shadow, "promote", request));
        } catch (CommandException e) {
            if (e.getMessage().contains(NOT_SEEN_YET)) {
                return Optional.empty();
            }
            throw e;
        }
    }
}
