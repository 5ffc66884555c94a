package io.saddle.cli.constraint;

import com.fasterxml.jackson.databind.JsonNode;
import io.saddle.cli.connection.ConsoleClient;
import io.saddle.cli.connection.ConsoleOptions;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** Who changes something of a run, and why. */
final class ChangeOptions {

    @Option(names = "--reason", paramLabel = "TEXT", description = "Why; it stands in the definition.")
    private String reason;

    @Option(
            names = "--by",
            paramLabel = "NAME",
            defaultValue = "${sys:user.name}",
            description = "Who asks (default: ${DEFAULT-VALUE}).")
    private String by;

    @Mixin
    private ConsoleOptions console;

    @Spec(Spec.Target.MIXEE)
    private CommandSpec command;

    ConsoleClient client() {
        return console.client();
    }

    String reason() {
        return reason;
    }

    String by() {
        return by;
    }

    /** Says what is in force now, and where it will show. */
    void report(String run, JsonNode constraint) {
        String id = constraint.path("constraintId").asText();
        command.commandLine()
                .getOut()
                .println(id + ": " + constraint.path("state").asText() + ", version "
                        + constraint.path("version").asInt() + ", measured by "
                        + constraint.path("evaluator").asText() + ", "
                        + constraint.path("required").asText());
        if (!constraint.path("evaluatorOffered").asBoolean(true)
                && !constraint.path("state").asText().equals("RETIRED")) {
            command.commandLine()
                    .getErr()
                    .println("warning: nobody offers the evaluator '"
                            + constraint.path("evaluator").asText()
                            + "' now; './saddle evaluators' lists those that are there");
        }
        command.commandLine()
                .getErr()
                .println("the next dual step uses it; './saddle constraint list " + run + "' shows how it stands");
    }
}
