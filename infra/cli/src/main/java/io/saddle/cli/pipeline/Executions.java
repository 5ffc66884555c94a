package io.saddle.cli.pipeline;

import com.fasterxml.jackson.databind.JsonNode;
import io.saddle.cli.terminal.ExitCode;
import java.io.PrintWriter;
import java.util.Locale;
import java.util.Map;
import java.util.OptionalInt;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.StreamSupport;

/** Executions as the console tells of them. */
final class Executions {

    private static final String ROW = "%-34s %-10s %7s  %s";
    private static final Set<String> MINOR = Set.of("steps", "bestStep", "network");
    private static final Set<String> OVER = Set.of("SUCCEEDED", "FAILED", "SKIPPED", "STOPPED");

    private Executions() {}

    /** Says that an execution was started: its name alone on standard output. */
    static void started(JsonNode execution, PrintWriter out, PrintWriter err) {
        String id = execution.path("executionId").asText();
        out.println(id);
        err.println("started; follow it with './saddle pipeline watch " + id + "'");
    }

    /** Steps that are over, of all: 3/5. */
    static String counted(JsonNode execution) {
        JsonNode steps = execution.path("steps");
        long over = StreamSupport.stream(steps.spliterator(), false)
                .filter(step -> OVER.contains(step.path("phase").asText()))
                .count();
        return steps.isEmpty() ? "" : over + "/" + steps.size();
    }

    /** The exit code of whoever waits for its end; empty as long as it goes on. */
    static OptionalInt exitCode(JsonNode execution) {
        return switch (execution.path("phase").asText()) {
            case "SUCCEEDED" -> OptionalInt.of(ExitCode.OK);
            case "FAILED" -> OptionalInt.of(ExitCode.FAILED);
            case "STOPPED" -> OptionalInt.of(ExitCode.STOPPED);
            default -> OptionalInt.empty();
        };
    }

    /** Every step on a line. */
    static void print(PrintWriter out, JsonNode execution) {
        out.println(execution.path("executionId").asText() + ": "
                + execution.path("phase").asText() + ", revision "
                + execution.path("pipelineRevision").asText());
        out.println(String.format(ROW, "STEP", "PHASE", "ATTEMPT", "").stripTrailing());
        execution.path("steps").forEach(step -> out.println(line(step)));
    }

    private static String line(JsonNode step) {
        return String.format(
                        ROW,
                        step.path("name").asText(),
                        step.path("phase").asText(),
                        step.path("attempt").asText(),
                        remark(step))
                .stripTrailing();
    }

    /** What is to be known of a step: what it has made, or how far it is, or why it is not. */
    static String remark(JsonNode step) {
        String message = step.path("message").asText();
        if (!step.path("outputs").isEmpty()) {
            return outputs(step.path("outputs"));
        }
        if (step.path("phase").asText().equals("RUNNING")
                && step.path("progress").isNumber()) {
            String share = String.format(
                    Locale.ROOT, "%.0f %%", 100 * step.path("progress").asDouble());
            return message.isEmpty() ? share : share + ", " + message;
        }
        return message;
    }

    /** Without those that only the page and --json have room for. */
    private static String outputs(JsonNode outputs) {
        Map<String, String> shown = new TreeMap<>();
        outputs.properties().stream()
                .filter(output -> !output.getKey().startsWith("share.") && !MINOR.contains(output.getKey()))
                .forEach(output ->
                        shown.put(output.getKey(), rounded(output.getValue().asText())));
        return shown.entrySet().stream()
                .map(output -> output.getKey() + " " + output.getValue())
                .collect(Collectors.joining(", "));
    }

    private static String rounded(String value) {
        return value.matches("-?[0-9]+\\.[0-9]{4,}(E.*)?")
                ? String.format(Locale.ROOT, "%.4g", Double.parseDouble(value))
                : value;
    }
}
