package io.saddle.cli.run;

import com.fasterxml.jackson.databind.JsonNode;
import io.saddle.cli.connection.ConsoleClient;
import io.saddle.cli.connection.ConsoleCommand;
import io.saddle.cli.terminal.ExitCode;
import java.io.PrintWriter;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** Lists the runs. */
@Command(
        name = "list",
        description = "Lists all runs and where they stand.",
        footer = {"  ./saddle run list", "  ./saddle run list --json"})
final class RunListCommand extends ConsoleCommand {

    @Option(names = "--json", description = "What the console answers, as it is.")
    private boolean asJson;

    @Override
    protected int ask(ConsoleClient console, PrintWriter out) {
        JsonNode runs = console.runs();
        if (asJson) {
            out.println(runs.toPrettyString());
        } else {
            RunTable.print(out, runs);
        }
        return ExitCode.OK;
    }
}
