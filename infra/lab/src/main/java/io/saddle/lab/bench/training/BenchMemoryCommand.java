package io.saddle.lab.bench.training;

import io.saddle.cli.terminal.CommandException;
import io.saddle.cli.terminal.ExitCode;
import io.saddle.diffusion.network.Precision;
import io.saddle.lab.bench.BenchContext;
import io.saddle.lab.bench.BenchReport;
import io.saddle.lab.bench.BenchSubcommand;
import java.io.IOException;
import java.util.List;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Resident memory over many training steps. */
@Command(
        name = "memory",
        description = {
            "Resident memory over thousands of training steps: slope, and peak against PyTorch's.",
            "All that the process has counts, for saddle the Java virtual machine with its heap too."
        },
        mixinStandardHelpOptions = true,
        footerHeading = "%nExamples:%n",
        footer = {"  ./saddle bench memory", "  ./saddle bench memory --steps 1000 --peer-steps 300 --json memory.json"
        })
public final class BenchMemoryCommand extends BenchSubcommand {

    @Mixin
    private BenchSubject subject;

    @Option(names = "--precision", paramLabel = "NAME", description = "${COMPLETION-CANDIDATES} (default: the run's).")
    private Precision precision;

    @Option(
            names = "--steps",
            paramLabel = "N",
            defaultValue = "5000",
            description = "Steps of saddle (default: ${DEFAULT-VALUE}).")
    private int steps;

    @Option(
            names = "--peer-steps",
            paramLabel = "N",
            defaultValue = "1000",
            description = "Steps of PyTorch, whose own slope is shown (default: ${DEFAULT-VALUE}).")
    private int peerSteps;

    @Option(
            names = "--every",
            paramLabel = "N",
            defaultValue = "50",
            description = "Steps between two looks at the memory (default: ${DEFAULT-VALUE}).")
    private int every;

    @Option(
            names = "--warm-up",
            paramLabel = "N",
            defaultValue = "500",
            description = "Steps at the beginning that the slope does not count (default: ${DEFAULT-VALUE}).")
    private int warmUp;

    @Override
    public List<BenchReport> measure(BenchContext context) throws IOException {
        atLeastOne("--every", every);
        if (Math.min(steps, peerSteps) < every) {
            throw new CommandException(
                    ExitCode.INVALID_INPUT,
                    "--steps and --peer-steps must be at least --every (" + every + "), were " + steps + " and "
                            + peerSteps);
        }
        if (warmUp < 0) {
            throw new CommandException(ExitCode.INVALID_INPUT, "--warm-up must be at least 0, was " + warmUp);
        }
        TrainingSubject network = TrainingSubject.ofRun(subject.run(context), subject.batch(), subject.threads());
        Precision chosen = precision != null ? precision : network.settings().precision();
        return List.of(new MemoryBench(context, network, chosen)
                .measure(new MemoryBench.Options(steps, peerSteps, every, warmUp)));
    }
}
