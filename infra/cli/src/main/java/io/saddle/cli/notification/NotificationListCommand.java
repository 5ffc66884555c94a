package io.saddle.cli.notification;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.saddle.cli.connection.ConsoleClient;
import io.saddle.cli.connection.ConsoleCommand;
import io.saddle.cli.terminal.ExitCode;
import java.io.PrintWriter;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** Lists channels and rules. */
@Command(
        name = "list",
        description = "Lists the channels of the console's settings, and the rules.",
        footer = {"  ./saddle notification list", "  ./saddle notification list --json"})
final class NotificationListCommand extends ConsoleCommand {

    private static final String ROW = "%-24s %-16s %s";

    @Option(names = "--json", description = "What the console answers, as it is.")
    private boolean asJson;

    @Override
    protected int ask(ConsoleClient console, PrintWriter out) {
        NotificationClient notifications = new NotificationClient(console);
        JsonNode channels = notifications.channels();
        JsonNode rules = notifications.rules();
        if (asJson) {
            out.println(JsonNodeFactory.instance
                    .objectNode()
                    .<ObjectNode>set("channels", channels)
                    .set("rules", rules)
                    .toPrettyString());
            return ExitCode.OK;
        }
        if (channels.isEmpty()) {
            out.println("no channels: saddle.notifications.channels.NAME.format of the console's settings makes one");
        } else {
            out.println(String.format(ROW, "CHANNEL", "FORMAT", "").stripTrailing());
            channels.forEach(channel -> out.println(String.format(
                            ROW,
                            channel.path("name").asText(),
                            channel.path("format").asText(),
                            "")
                    .stripTrailing()));
        }
        if (!rules.isEmpty()) {
            out.println();
            out.println(String.format(ROW, "RULE", "CHANNEL", "TELLS OF"));
            rules.forEach(rule -> out.println(String.format(
                    ROW,
                    rule.path("name").asText(),
                    rule.path("channel").asText(),
                    NotificationRules.conditions(rule)
                            + (rule.path("obstacle").isTextual()
                                    ? " (tells nobody: " + rule.path("obstacle").asText() + ")"
                                    : ""))));
        }
        return ExitCode.OK;
    }
}
