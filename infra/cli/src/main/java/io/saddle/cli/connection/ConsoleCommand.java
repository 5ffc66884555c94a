package io.saddle.cli.connection;

import io.saddle.cli.terminal.PrintingCommand;
import java.io.PrintWriter;
import picocli.CommandLine.Mixin;

/** A command that asks the console. */
public abstract class ConsoleCommand extends PrintingCommand {

    @Mixin
    private ConsoleOptions console;

    /** Where the console is. */
    protected final ConsoleOptions options() {
        return console;
    }

    /**
     * Asks, and prints what was answered.
     *
     * @return the exit code
     */
    protected abstract int ask(ConsoleClient console, PrintWriter out) throws Exception;

    @Override
    protected final int run(PrintWriter out) throws Exception {
        return ask(console.client(), out);
    }
}
