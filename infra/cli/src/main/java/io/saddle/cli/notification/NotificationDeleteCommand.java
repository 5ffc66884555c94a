package io.saddle.cli.notification;

import io.saddle.cli.connection.ChangeReason;
import io.saddle.cli.connection.ConsoleClient;
import io.saddle.cli.connection.ConsoleCommand;
import io.saddle.cli.terminal.ExitCode;
import java.io.PrintWriter;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/** Removes a rule. */
@Command(
        name = "delete",
        description = "Removes a rule. What it has told stays in the log.",
        footer = "  ./saddle notification delete ends")
final class NotificationDeleteCommand extends ConsoleCommand {

    @Parameters(paramLabel = "RULE", description = "The rule's name.")
    private String rule;

    @Mixin
    private ChangeReason reason;

    @Override
    protected int ask(ConsoleClient console, PrintWriter out) {
        new NotificationClient(reason.with(console)).deleteRule(rule);
        out.println(rule + ": removed");
        return ExitCode.OK;
    }
}
