package io.saddle.cli.run;

import com.fasterxml.jackson.databind.JsonNode;
import io.saddle.cli.connection.ConsoleClient;
import io.saddle.cli.connection.RunQueryCommand;
import io.saddle.cli.terminal.ExitCode;
import java.io.PrintWriter;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** Shows how far the slots of a run are. */
@Command(
        name = "slots",
        description =
                "Shows how far the newest round of a run with slots is, which trainers do them, and what a round writes.",
        footer = {"  ./saddle run slots my-run", "  ./saddle run slots my-run --json"})
final class RunSlotsCommand extends RunQueryCommand {

    @Option(names = "--json", description = "What the console answers, as it is.")
    private boolean asJson;

    @Override
    protected int ask(ConsoleClient console, String run, PrintWriter out) {
        JsonNode slots = console.slots(run);
        if (asJson) {
            out.println(slots.toPrettyString());
        } else {
            SlotLines.of(slots).forEach(out::println);
        }
        return ExitCode.OK;
    }
}
