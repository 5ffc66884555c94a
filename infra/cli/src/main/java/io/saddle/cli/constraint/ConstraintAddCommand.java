package io.saddle.cli.constraint;

import com.fasterxml.jackson.databind.JsonNode;
import io.saddle.cli.connection.ConsoleClient;
import io.saddle.cli.terminal.CommandException;
import io.saddle.cli.terminal.ExitCode;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
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
    private String file;

    @Override
    JsonNode change(ConsoleClient console, String run, String by, String reason) {
        return console.addConstraint(run, yaml(), folder(), by, reason);
    }

    private Path folder() {
        Path from = Path.of("").toAbsolutePath();
        return file.equals("-") ? from : from.resolve(file).getParent();
    }

    private String yaml() {
        try {
            return file.equals("-")
                    ? new String(System.in.readAllBytes(), StandardCharsets.UTF_8)
                    : Files.readString(Path.of(file));
        } catch (IOException e) {
            throw new CommandException(ExitCode.INVALID_INPUT, file + " cannot be read: " + e);
        }
    }
}
