package io.saddle.cli.constraint;

import com.fasterxml.jackson.databind.JsonNode;
import io.saddle.cli.connection.ConsoleClient;
import io.saddle.cli.terminal.TextInput;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/** Adds a constraint to a run. */
@Command(
        name = "add",
        description =
                "Adds a constraint to a run: one entry of a run specification's constraints, as YAML. A retired one of"
                        + " the same id is defined anew.",
        footer = {
            "  ./saddle constraint add my-run digit-9.yaml",
            "  echo '{id: digit-9, threshold: 0.05, data: {classes: {9: {}}}}' | ./saddle constraint add my-run -"
        })
final class ConstraintAddCommand extends ConstraintEditCommand {

    @Parameters(index = "1", paramLabel = "FILE.yaml", description = "The constraint; -: from standard input.")
    private TextInput file;

    @Override
    JsonNode change(ConsoleClient console, String run, String by, String reason) {
        return console.addConstraint(run, file.text(), file.folder(), by, reason);
    }
}
