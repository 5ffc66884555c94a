package io.saddle.cli.run;

import io.saddle.cli.connection.ConsoleClient;
import io.saddle.cli.connection.ConsoleCommand;
import io.saddle.cli.terminal.ExitCode;
import java.io.PrintWriter;
import picocli.CommandLine.Command;

/** Lists the runs. */
@Command(name = "list", description = "Lists all runs and where they stand.", footer = "  ./saddle run list")
final class RunListCommand extends ConsoleCommand {

    @Override
    protected int ask(ConsoleClient console, PrintWriter out) {
        RunTable.print(out, console.runs());
        return ExitCode.OK;
    }
}
