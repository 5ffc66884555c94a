package io.saddle.cli.connection;

import picocli.CommandLine.Option;

/** The reason for a change, which the audit keeps. */
public final class ChangeReason {

    @Option(names = "--reason", paramLabel = "TEXT", description = "Why; './saddle audit list' shows it.")
    private String reason;

    /** The console, told of the reason with each change. */
    public ConsoleClient with(ConsoleClient console) {
        return console.because(reason);
    }
}
