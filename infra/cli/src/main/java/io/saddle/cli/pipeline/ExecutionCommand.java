package io.saddle.cli.pipeline;

import io.saddle.cli.connection.ConsoleClient;
import io.saddle.cli.connection.ConsoleCommand;
import java.io.PrintWriter;
import picocli.CommandLine.Parameters;

/** A command that asks the console about one execution. */
abstract class ExecutionCommand extends ConsoleCommand {

    @Parameters(
            index = "0",
            paramLabel = "EXECUTION",
            description = "The execution: its pipeline's name, - and a number.")
    private String execution;

    /**
     * Asks, and prints what was answered.
     *
     * @param execution its name
     * @return the exit code
     */
    abstract int ask(ConsoleClient console, String execution, PrintWriter out) throws Exception;

    @Override
    protected final int ask(ConsoleClient console, PrintWriter out) throws Exception {
        return ask(console, execution, out);
    }
}
