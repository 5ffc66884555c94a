package io.saddle.cli.constraint;

import com.fasterxml.jackson.databind.JsonNode;
import io.saddle.cli.connection.ConsoleClient;
import io.saddle.cli.connection.RunQueryCommand;
import io.saddle.cli.terminal.ExitCode;
import io.saddle.run.dual.SignificantDigits;
import java.io.PrintWriter;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** Lists a run's constraints. */
@Command(
        name = "list",
        description =
                "Shows a run's constraints: who measures them, how they stand, and their multipliers. A multiplier is the"
                        + " shadow price too: what one unit of threshold costs the objective's loss.",
        footer = {"  ./saddle constraint list my-run", "  ./saddle constraint list my-run --json"})
final class ConstraintListCommand extends RunQueryCommand {

    @Option(names = "--json", description = "What the console answers, as it is.")
    private boolean asJson;

    @Override
    protected int ask(ConsoleClient console, String run, PrintWriter out) {
        JsonNode constraints = console.constraints(run);
        if (asJson) {
            out.println(constraints.toPrettyString());
        } else if (constraints.isEmpty()) {
            out.println("no constraints: './saddle constraint add " + run + " FILE.yaml' adds one");
        } else {
            print(out, constraints);
            if (!constraints.path(0).path("dualStepsKnown").asBoolean(true)) {
                out.println(
                        "the console has just started and still reads the dual steps: what they say is not shown yet");
            }
        }
        return ExitCode.OK;
    }

    private static void print(PrintWriter out, JsonNode constraints) {
        out.printf(
                "%-28s %-9s %7s  %-24s %11s %17s %11s  %s%n",
                "CONSTRAINT", "STATE", "VERSION", "EVALUATOR", "LOSS", "BOUND", "MULTIPLIER", "STANDING");
        constraints.forEach(constraint -> out.printf(
                "%-28s %-9s %7d  %-24s %11s %17s %11s  %s%n",
                constraint.path("constraintId").asText(),
                constraint.path("state").asText(),
                constraint.path("version").asInt(),
                constraint.path("evaluator").asText()
                        + (constraint.path("evaluatorOffered").asBoolean(true) ? "" : " (nobody)"),
                number(constraint.path("loss")),
                bound(constraint),
                number(constraint.path("multiplier")),
                constraint.has("standing")
                        ? constraint.path("standing").asText()
                        : constraint.path("required").asText()));
    }

    /** With what the resilient form allows beyond it. */
    private static String bound(JsonNode constraint) {
        return number(constraint.path("bound"))
                + (constraint.has("relaxation") ? " + " + number(constraint.path("relaxation")) : "");
    }

    private static String number(JsonNode value) {
        return value.isNumber() ? SignificantDigits.of(value.doubleValue(), 4) : "-";
    }
}
