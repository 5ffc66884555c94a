package io.saddle.cli.notification;

import com.fasterxml.jackson.databind.JsonNode;
import io.saddle.cli.connection.ConsoleClient;
import io.saddle.cli.connection.ConsoleCommand;
import io.saddle.cli.terminal.ExitCode;
import java.io.PrintWriter;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** Lists what was told. */
@Command(
        name = "log",
        description = "Lists the newest notifications, and what became of them.",
        footer = {"  ./saddle notification log", "  ./saddle notification log --limit 10 --json"})
final class NotificationLogCommand extends ConsoleCommand {

    private static final String ROW = "%-24s %-12s %-9s %s";

    @Option(
            names = "--limit",
            paramLabel = "COUNT",
            defaultValue = "50",
            description = "At most so many. Default: ${DEFAULT-VALUE}.")
    private int limit;

    @Option(names = "--json", description = "What the console answers, as it is.")
    private boolean asJson;

    @Override
    protected int ask(ConsoleClient console, PrintWriter out) {
        atLeast("--limit", limit, 1);
        JsonNode all = new NotificationClient(console).notifications(limit);
        if (asJson) {
            out.println(all.toPrettyString());
        } else if (all.isEmpty()) {
            out.println("nothing was told yet");
        } else {
            out.println(
                    String.format(ROW, "WHEN", "CHANNEL", "SEVERITY", "WHAT").stripTrailing());
            all.forEach(one -> out.println(String.format(
                    ROW,
                    one.path("occurredAt").asText(),
                    one.path("channel").asText(),
                    one.path("severity").asText(),
                    one.path("title").asText() + " (" + NotificationRules.outcome(one) + ")")));
        }
        return ExitCode.OK;
    }
}
