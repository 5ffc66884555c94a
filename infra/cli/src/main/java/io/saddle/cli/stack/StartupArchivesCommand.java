package io.saddle.cli.stack;

import io.saddle.cli.terminal.ExitCode;
import io.saddle.stack.Distribution;
import io.saddle.stack.Stack;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** The start of a stack for its class data; ./saddle runs it after a build. */
@Command(
        name = "startup-archives",
        description = "Makes every later start of the stack's processes faster; once after a build.",
        hidden = true,
        mixinStandardHelpOptions = true,
        footerHeading = "%nExamples:%n",
        footer = "  ./saddle startup-archives")
public final class StartupArchivesCommand implements Callable<Integer> {

    @Spec
    private CommandSpec command;

    @Override
    public Integer call() {
        Stack.makeStartupArchives(
                Distribution.locate(), List.of(), command.commandLine().getOut()::println);
        return ExitCode.OK;
    }
}
