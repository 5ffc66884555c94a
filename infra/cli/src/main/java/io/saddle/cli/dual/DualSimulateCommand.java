package io.saddle.cli.dual;

import io.saddle.cli.terminal.CommandException;
import io.saddle.cli.terminal.ExitCode;
import io.saddle.cli.terminal.PrintingCommand;
import io.saddle.cli.terminal.TextInput;
import io.saddle.run.dual.DualSimulation;
import io.saddle.run.spec.InvalidRunSpecException;
import io.saddle.run.spec.RunSpec;
import io.saddle.run.spec.RunSpecParser;
import java.io.PrintWriter;
import java.nio.file.Path;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** Simulates the dual ascent of a specification for given violations. */
@Command(
        name = "simulate",
        description = {
            "Prints the multipliers after each dual step, as CSV, for violations that are given: tuning without training.",
            "The file has a column for each constraint and a row for each dual step: loss - threshold, positive where the"
                    + " requirement is not met. Its first line may name the constraints, in any order; without it the columns"
                    + " are in the specification's order. The relaxation of the resilient form is taken off here."
        },
        footer = "  ./saddle dual simulate --spec my-run.yaml --violations violations.csv")
final class DualSimulateCommand extends PrintingCommand {

    @Option(names = "--spec", required = true, paramLabel = "FILE", description = "The run specification (YAML).")
    private TextInput specification;

    @Option(names = "--violations", required = true, paramLabel = "FILE.csv", description = "The violations.")
    private Path violations;

    @Override
    protected int run(PrintWriter out) {
        RunSpec spec = specification();
        ViolationsFile given = ViolationsFile.read(
                violations,
                spec.constraints().stream().map(RunSpec.Constraint::id).toList());
        ViolationsFile.write(out, given.constraints(), DualSimulation.of(spec).multipliers(given.rows()));
        return ExitCode.OK;
    }

    private RunSpec specification() {
        try {
            return new RunSpecParser().parseDual(specification.toString(), specification.text());
        } catch (InvalidRunSpecException e) {
            throw new CommandException(ExitCode.INVALID_INPUT, e.getMessage());
        }
    }
}
