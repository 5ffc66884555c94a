package io.saddle.cli.run;

import io.saddle.cli.connection.ConsoleOptions;
import io.saddle.cli.terminal.ExitCode;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** Lists the runs. */
@Command(
        name = "list",
        description = "Lists all runs and where they stand.",
        mixinStandardHelpOptions = true,
        footerHeading = "%nExample:%n",
        footer = "  ./saddle run list")
final class RunListCommand implements Callable<Integer> {

    @Mixin
    private ConsoleOptions console;

    @Spec
    private CommandSpec command;

    @Override
    public Integer call() {
        new RunTable(command.commandLine().getOut()).print(console.client().runs());
        return ExitCode.OK;
    }
}
