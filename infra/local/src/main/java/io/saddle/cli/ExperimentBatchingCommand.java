package io.saddle.cli;

import io.saddle.experiment.BatchingExperiment;
import io.saddle.local.Distribution;
import io.saddle.local.Stack;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** Both batching modes on the minority example. */
@Command(
        name = "batching",
        description = {
            "Trains the minority example with mixture and with weighted-sum batching, on the same data with the same"
                    + " constraints, and shows whether both reach the same multipliers, beside the spread between seeds."
                    + " Weighted-sum computes a batch of every source: with three constraints its steps take about four"
                    + " times as long. Exit code 1 if the multipliers differ."
        },
        mixinStandardHelpOptions = true,
        footerHeading = "%nExamples:%n",
        footer = {"  ./saddle experiment batching", "  ./saddle experiment batching --steps 1600 --seeds 3 --out report"
        })
final class ExperimentBatchingCommand implements Callable<Integer> {

    /** Two dual steps of the example, the least that there are multipliers with. */
    private static final long LEAST_STEPS = 60;

    /** Nothing is judged here. */
    private static final String NOT_NEEDED = "fid-evaluator";

    @Mixin
    private StackOptions stackOptions;

    @Option(
            names = "--steps",
            paramLabel = "N",
            defaultValue = "500",
            description = "Primal steps of each run, at least 60 (default: ${DEFAULT-VALUE}).")
    private long steps;

    @Option(
            names = "--seeds",
            paramLabel = "N",
            defaultValue = "2",
            description = "Seeds, each with one run in either mode (default: ${DEFAULT-VALUE}).")
    private int seeds;

    @Option(
            names = "--out",
            paramLabel = "FOLDER",
            description = "Where the report goes (default: .saddle/experiments/batching).")
    private Path out;

    @Option(names = "--keep-up", description = "Leave running what the experiment has started.")
    private boolean keepUp;

    @Spec
    private CommandSpec command;

    @Override
    public Integer call() throws Exception {
        if (steps < LEAST_STEPS) {
            throw new CommandException(
                    ExitCode.INVALID_INPUT, "--steps must be at least " + LEAST_STEPS + ", was " + steps);
        }
        if (seeds < 1) {
            throw new CommandException(ExitCode.INVALID_INPUT, "--seeds must be at least 1, was " + seeds);
        }
        PrintWriter terminal = command.commandLine().getOut();
        Stack stack = stackOptions.stack();
        boolean ranBefore = stack.isRunning();
        List<String> needed =
                stack.names().stream().filter(name -> !name.equals(NOT_NEEDED)).toList();
        stack.up(needed);
        try {
            Path folder = out != null ? out : stack.settings().home().folder().resolve("experiments/batching");
            Path examples = Distribution.locate().examples();
            BatchingExperiment experiment = new BatchingExperiment(
                    stack.settings(), examples, new BatchingExperiment.Options(steps, seeds), line -> {
                        terminal.println(line);
                        terminal.flush();
                    });
            return experiment.run(folder) ? ExitCode.OK : ExitCode.FAILED;
        } finally {
            if (!ranBefore && !keepUp) {
                stack.down();
            }
        }
    }
}
