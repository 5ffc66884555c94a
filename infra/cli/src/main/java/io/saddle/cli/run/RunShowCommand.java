package io.saddle.cli.run;

import io.saddle.cli.connection.ConsoleOptions;
import io.saddle.cli.terminal.ExitCode;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Shows all that the console knows of a run. */
@Command(
        name = "show",
        description = "Shows all that the console knows of a run, as JSON.",
        mixinStandardHelpOptions = true,
        footerHeading = "%nExample:%n",
        footer = "  ./saddle run show my-run")
final class RunShowCommand implements Callable<Integer> {

    @Parameters(paramLabel = "ID", description = "The run.")
    private String id;

    @Mixin
    private ConsoleOptions console;

    @Spec
    private CommandSpec command;

    @Override
    public Integer call() {
        command.commandLine().getOut().println(console.client().run(id).toPrettyString());
        return ExitCode.OK;
    }
}
