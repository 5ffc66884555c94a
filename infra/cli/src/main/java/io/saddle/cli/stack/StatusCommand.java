package io.saddle.cli.stack;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.saddle.cli.connection.ConsoleClient;
import io.saddle.cli.connection.StackOptions;
import io.saddle.cli.run.RunTable;
import io.saddle.cli.terminal.CommandException;
import io.saddle.cli.terminal.ExitCode;
import io.saddle.cli.terminal.PrintingCommand;
import io.saddle.stack.ProcessStatus;
import io.saddle.stack.ProcessStatus.Condition;
import io.saddle.stack.Stack;
import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Shows the stack's processes and, through the console, the runs. */
@Command(
        name = "status",
        description =
                "Shows each process with its pid, port and whether it is ready, and the runs if the console is up.",
        exitCodeListHeading = "%nExit codes:%n",
        exitCodeList = {"0:everything that was started is ready", "3:nothing was started, or some of it is not ready"},
        footer = {"  ./saddle status", "  ./saddle status --json"})
public final class StatusCommand extends PrintingCommand {

    @Option(
            names = "--json",
            description =
                    "One JSON object: processes, and runs where the console is up, or runsNotShown with the reason.")
    private boolean asJson;

    @Mixin
    private StackOptions options;

    @Override
    protected int run(PrintWriter out) {
        Stack stack = options.stack();
        List<ProcessStatus> all = new ArrayList<>(stack.status());
        Optional.of(stack.supervisor())
                .filter(status -> status.condition() != Condition.STOPPED)
                .ifPresent(all::add);
        boolean console = all.stream()
                .anyMatch(status -> status.name().equals("console") && status.condition() == Condition.READY);
        JsonNode runs = null;
        String unknown = null;
        try {
            runs = console ? new ConsoleClient(stack.settings()).runs() : null;
        } catch (CommandException e) {
            unknown = e.getMessage();
        }
        if (asJson) {
            out.println(json(all, runs, unknown).toPrettyString());
        } else {
            all.forEach(status -> out.println(line(status)));
            if (runs != null) {
                out.println();
                RunTable.print(out, runs);
            } else if (unknown != null) {
                out.println();
                out.println("runs: not shown: " + unknown);
            }
        }
        List<ProcessStatus> started = all.stream()
                .filter(status -> status.condition() != Condition.STOPPED)
                .toList();
        boolean ready =
                !started.isEmpty() && started.stream().allMatch(status -> status.condition() == Condition.READY);
        return ready ? ExitCode.OK : ExitCode.UNREACHABLE;
    }

    /** @param unknown why there are no runs; null if that is not known, or there are */
    private static ObjectNode json(List<ProcessStatus> all, JsonNode runs, String unknown) {
        ObjectNode json = JsonNodeFactory.instance.objectNode();
        ArrayNode processes = json.putArray("processes");
        for (ProcessStatus status : all) {
            ObjectNode process = processes
                    .addObject()
                    .put("name", status.name())
                    .put("condition", status.condition().name());
            if (status.port() != 0) {
                process.put("port", status.port());
            }
            if (status.condition() != Condition.STOPPED) {
                process.put("pid", status.pid()).put("log", String.valueOf(status.log()));
                status.firstLog().ifPresent(first -> process.put("firstLog", first));
            }
        }
        json.set("runs", runs);
        if (unknown != null) {
            json.put("runsNotShown", unknown);
        }
        return json;
    }

    private static String line(ProcessStatus status) {
        String condition = status.condition().name().toLowerCase(Locale.ROOT).replace('_', ' ');
        String port = status.port() == 0 ? "" : "port " + status.port();
        String name = String.format("%-21s %-11s", status.name(), port);
        return switch (status.condition()) {
            case STOPPED -> name + condition;
            case READY -> name + condition + "  (pid " + status.pid() + ")";
            case NOT_READY, DIED -> name + condition + "  (pid " + status.pid() + ", log " + status.logs() + ")";
        };
    }
}
