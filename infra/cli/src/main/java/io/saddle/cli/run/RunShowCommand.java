package io.saddle.cli.run;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.saddle.cli.connection.ConsoleClient;
import io.saddle.cli.connection.RunQueryCommand;
import io.saddle.cli.terminal.ExitCode;
import java.io.PrintWriter;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** Shows all that the console knows of a run. */
@Command(
        name = "show",
        description = "Shows all that the console knows of a run, as JSON.",
        footer = "  ./saddle run show my-run")
final class RunShowCommand extends RunQueryCommand {

    @Option(names = "--json", description = "As for other commands; it is JSON in any case.")
    private boolean asJson;

    @Override
    protected int ask(ConsoleClient console, String run, PrintWriter out) {
        JsonNode shown = console.run(run);
        if (shown.at("/spec/training/slots").asInt(1) > 1) {
            ((ObjectNode) shown).set("slots", console.slots(run));
        }
        out.println(shown.toPrettyString());
        return ExitCode.OK;
    }
}
