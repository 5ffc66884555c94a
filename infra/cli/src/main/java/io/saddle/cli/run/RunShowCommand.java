package io.saddle.cli.run;

import io.saddle.cli.connection.ConsoleClient;
import io.saddle.cli.connection.RunQueryCommand;
import io.saddle.cli.terminal.ExitCode;
import java.io.PrintWriter;
import picocli.CommandLine.Command;

/** Shows all that the console knows of a run. */
@Command(
        name = "show",
        description = "Shows all that the console knows of a run, as JSON.",
        footer = "  ./saddle run show my-run")
final class RunShowCommand extends RunQueryCommand {

    @Override
    protected int ask(ConsoleClient console, String run, PrintWriter out) {
        out.println(console.run(run).toPrettyString());
        return ExitCode.OK;
    }
}
