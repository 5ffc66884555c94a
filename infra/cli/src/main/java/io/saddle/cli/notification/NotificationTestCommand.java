package io.saddle.cli.notification;

import com.fasterxml.jackson.databind.JsonNode;
import io.saddle.cli.connection.ConsoleClient;
import io.saddle.cli.connection.ConsoleCommand;
import io.saddle.cli.terminal.CommandException;
import io.saddle.cli.terminal.ExitCode;
import java.io.PrintWriter;
import java.time.Duration;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Tries a rule's channel. */
@Command(
        name = "test",
        description =
                "Sends a notification that says that it is a test the way that the rule's go, and waits for what becomes of it.",
        footer = "  ./saddle notification test ends")
final class NotificationTestCommand extends ConsoleCommand {

    private static final Duration LOOK_EVERY = Duration.ofMillis(250);

    @Parameters(paramLabel = "RULE", description = "The rule's name.")
    private String rule;

    @Option(
            names = "--wait",
            paramLabel = "SECONDS",
            defaultValue = "30",
            description = "How long to wait for what becomes of it. Default: ${DEFAULT-VALUE}.")
    private int waitSeconds;

    @Override
    protected int ask(ConsoleClient console, PrintWriter out) throws InterruptedException {
        NotificationClient notifications = new NotificationClient(console);
        JsonNode sent = notifications.testRule(rule);
        String eventId = sent.path("eventId").asText();
        long end = System.nanoTime() + Duration.ofSeconds(waitSeconds).toNanos();
        JsonNode logged = notifications.notification(eventId);
        while (!logged.path("outcome").isTextual() && System.nanoTime() < end) {
            Thread.sleep(LOOK_EVERY.toMillis());
            logged = notifications.notification(eventId);
        }
        out.println(eventId + ": " + NotificationRules.outcome(logged));
        if (!logged.path("outcome").isTextual()) {
            throw new CommandException(
                    ExitCode.FAILED,
                    "not delivered within " + waitSeconds
                            + " s; it is tried on, './saddle notification log' shows what becomes of it");
        }
        return logged.path("outcome").asText().equals("DELIVERED") ? ExitCode.OK : ExitCode.FAILED;
    }
}
