package io.saddle.cli.run;

import io.saddle.cli.connection.ConsoleClient;
import io.saddle.cli.connection.ConsoleCommand;
import io.saddle.cli.terminal.ExitCode;
import java.io.PrintWriter;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/** Shows all that the console knows of a run. */
@Command(
        name = "show",
        description = "Shows all that the console knows of a run, as JSON.",
        footerHeading = "%nExample:%n",
        footer = "  ./saddle run show my-run")
final class RunShowCommand extends ConsoleCommand {

    @Parameters(paramLabel = "ID", description = "The run.")
    private String id;

    @Override
    protected int ask(ConsoleClient console, PrintWriter out) {
        out.println(console.run(id).toPrettyString());
        return ExitCode.OK;
    }
}
