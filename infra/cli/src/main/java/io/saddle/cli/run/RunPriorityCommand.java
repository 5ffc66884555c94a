package io.saddle.cli.run;

import com.fasterxml.jackson.databind.JsonNode;
import io.saddle.cli.connection.ChangeReason;
import io.saddle.cli.connection.ConsoleClient;
import io.saddle.cli.connection.RunQueryCommand;
import io.saddle.cli.terminal.ExitCode;
import java.io.PrintWriter;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/** Changes a run's place among those that wait for a trainer. */
@Command(
        name = "priority",
        description =
                "Changes how soon a run that waits gets a trainer's free seat: the highest priority first, among equals what was"
                        + " submitted first. A run that is being trained is not interrupted for another.",
        footer = {"  ./saddle run priority my-run 10", "  ./saddle run priority my-run -- -5"})
final class RunPriorityCommand extends RunQueryCommand {

    @Parameters(index = "1", paramLabel = "PRIORITY", description = "-1000 to 1000; without one a run has 0.")
    private int priority;

    @Mixin
    private ChangeReason reason;

    @Override
    protected int ask(ConsoleClient console, String run, PrintWriter out) {
        JsonNode now = reason.with(console).prioritize(run, priority);
        JsonNode queue = now.path("queue");
        out.println(run + ": priority " + now.path("priority").asInt()
                + (queue.isObject() ? ", " + now.path("message").asText() : ""));
        return ExitCode.OK;
    }
}
