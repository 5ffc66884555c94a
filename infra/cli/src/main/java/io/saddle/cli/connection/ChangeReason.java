package io.saddle.cli.connection;

import io.saddle.audit.ChangeOrigin;
import picocli.CommandLine.Option;

/** The reason for a change, which the audit keeps. */
public final class ChangeReason {

    @Option(names = "--reason", paramLabel = "TEXT", description = "Why; './saddle audit list' shows it.")
    private String reason;

    /** Where a change comes from that is made without the console. */
    public ChangeOrigin origin() {
        return new ChangeOrigin(System.getProperty("user.name"), null, ConsoleHttp.AGENT, reason);
    }

    /** The console, told of the reason with each change. */
    public ConsoleClient with(ConsoleClient console) {
        return console.because(reason);
    }
}
