package io.saddle.cli.constraint;

import io.saddle.cli.terminal.CommandException;
import io.saddle.cli.terminal.ExitCode;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/** Adds a constraint to a run. */
@Command(
        name = "add",
        description =
                "Adds a constraint to a run: one entry of a run specification's constraints, as YAML. A retired one of"
                        + " the same id is defined anew.",
        mixinStandardHelpOptions = true,
        footerHeading = "%nExamples:%n",
        footer = {
            "  ./saddle constraint add my-run digit-9.yaml",
            "  echo '{id: digit-9, threshold: 0.05, data: {classes: {9: {}}}}' | ./saddle constraint add my-run -"
        })
final class ConstraintAddCommand implements Callable<Integer> {

    @Parameters(index = "0", paramLabel = "RUN", description = "The run.")
    private String run;

    @Parameters(index = "1", paramLabel = "FILE.yaml", description = "The constraint; -: from standard input.")
    private String file;

    @Mixin
    private ChangeOptions change;

    @Override
    public Integer call() {
        change.report(run, change.client().addConstraint(run, yaml(), change.by(), change.reason()));
        return ExitCode.OK;
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
