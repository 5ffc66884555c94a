package io.saddle.cli.connection;

import java.io.PrintWriter;
import picocli.CommandLine.Parameters;

/** A command that asks the console about one run. */
public abstract class RunQueryCommand extends ConsoleCommand {

    @Parameters(index = "0", paramLabel = "RUN", description = "The run.")
    private String run;

    /**
     * Asks, and prints what was answered.
     *
     * @param run the run's name
     * @return the exit code
     */
    protected abstract int ask(ConsoleClient console, String run, PrintWriter out) throws Exception;

    @Override
    protected final int ask(ConsoleClient console, PrintWriter out) throws Exception {
        return ask(console, run, out);
    }
}
