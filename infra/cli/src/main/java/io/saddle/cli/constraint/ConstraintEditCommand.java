package io.saddle.cli.constraint;

import com.fasterxml.jackson.databind.JsonNode;
import io.saddle.cli.connection.ConsoleClient;
import io.saddle.cli.connection.RunQueryCommand;
import io.saddle.cli.terminal.ExitCode;
import java.io.PrintWriter;
import picocli.CommandLine.Option;

/** A change of a run's constraints, with who makes it and why. */
abstract class ConstraintEditCommand extends RunQueryCommand {

    @Option(names = "--reason", paramLabel = "TEXT", description = "Why; it stands in the definition.")
    private String reason;

    @Option(
            names = "--by",
            paramLabel = "NAME",
            defaultValue = "${sys:user.name}",
            description = "Who asks (default: ${DEFAULT-VALUE}).")
    private String by;

    /** @return the constraint that is in force now, as the console shows it */
    abstract JsonNode change(ConsoleClient console, String run, String by, String reason);

    /** Says what is in force now, and where it will show. */
    @Override
    protected final int ask(ConsoleClient console, String run, PrintWriter out) {
        JsonNode constraint = change(console, run, by, reason);
        String evaluator = constraint.path("evaluator").asText();
        out.println(constraint.path("constraintId").asText() + ": "
                + constraint.path("state").asText() + ", version "
                + constraint.path("version").asInt() + ", measured by " + evaluator + ", "
                + constraint.path("required").asText());
        if (!constraint.path("evaluatorOffered").asBoolean(true)
                && !constraint.path("state").asText().equals("RETIRED")) {
            err().println("warning: nobody offers the evaluator '" + evaluator
                    + "' for its kind now; './saddle evaluators' lists who measures what");
        }
        err().println(meaning(constraint.path("state").asText()) + "; './saddle constraint list " + run
                + "' shows how it stands");
        return ExitCode.OK;
    }

    private static String meaning(String state) {
        return switch (state) {
            case "SHADOW" -> "its estimates are shown beside those of the evaluator in force, and move nothing";
            case "RETIRED" -> "from the next dual step on it asks for nothing more";
            default -> "the next dual step uses it";
        };
    }
}
