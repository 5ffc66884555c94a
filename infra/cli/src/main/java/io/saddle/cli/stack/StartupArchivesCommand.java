package io.saddle.cli.stack;

import io.saddle.cli.terminal.ExitCode;
import io.saddle.cli.terminal.PrintingCommand;
import io.saddle.stack.Distribution;
import io.saddle.stack.StartupArchivesProgram;
import java.io.PrintWriter;
import java.util.List;
import picocli.CommandLine.Command;

/** The start of a stack for its class data; ./saddle runs it after a build. */
@Command(
        name = "startup-archives",
        description = "Makes every later start of the stack's processes faster; once after a build.",
        hidden = true,
        footer = "  ./saddle startup-archives")
public final class StartupArchivesCommand extends PrintingCommand {

    @Override
    protected int run(PrintWriter out) {
        StartupArchivesProgram.make(Distribution.locate(), List.of(), out::println);
        return ExitCode.OK;
    }
}
