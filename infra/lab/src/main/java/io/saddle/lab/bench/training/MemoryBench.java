package io.saddle.lab.bench.training;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.saddle.cli.terminal.CommandException;
import io.saddle.cli.terminal.ExitCode;
import io.saddle.cli.terminal.Progress;
import io.saddle.diffusion.network.Precision;
import io.saddle.lab.bench.BenchContext;
import io.saddle.lab.bench.BenchReport;
import io.saddle.lab.bench.Comparison;
import io.saddle.lab.bench.Worker;
import io.saddle.lab.bench.pytorch.PyTorchVariant;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Resident memory over many training steps: whether it grows, and its peak beside PyTorch's. */
@Command(
        name = "memory",
        description = {
            "Resident memory over thousands of training steps: slope, and peak against PyTorch's.",
            "All that the process has counts, for saddle the Java virtual machine with its heap too."
        },
        footer = {"  ./saddle bench memory", "  ./saddle bench memory --steps 1000 --peer-steps 300 --json memory.json"
        })
public final class MemoryBench extends TrainingBench {

    @Mixin
    private final PrecisionOption precision = new PrecisionOption();

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

    /** Measures, one process after the other; takes minutes. */
    @Override
    public List<BenchReport> measure(BenchContext context) throws IOException {
        atLeast("--every", every, 1);
        if (Math.min(steps, peerSteps) < every) {
            throw new CommandException(
                    ExitCode.INVALID_INPUT,
                    "--steps and --peer-steps must be at least --every (" + every + "), were " + steps + " and "
                            + peerSteps);
        }
        atLeast("--warm-up", warmUp, 0);
        TrainingSubject subject = ofRun(context);
        Precision chosen = precision.of(subject);
        Path folder = context.folder("memory").resolve(subject.name());
        subject.write(folder);
        ObjectNode configuration = subject.configuration(folder, chosen, 0);
        List<MemorySeries> series = new ArrayList<>();
        try (Worker worker = context.java("memory saddle", "primal-trainer", TrainingWorker.class, configuration)) {
            series.add(record(MemoryReport.SADDLE, worker, steps, every));
        }
        Optional<Path> python = context.python().find(PyTorchPeer.MODULES);
        if (python.isPresent()) {
            try (Worker worker = PyTorchPeer.start(
                    context, "memory PyTorch", python.get(), PyTorchVariant.AS_IT_COMES, configuration)) {
                PyTorchPeer.requireSameSize(worker, MemoryReport.PEER, subject);
                series.add(record(MemoryReport.PEER, worker, peerSteps, every));
            }
        }
        String title = "resident memory while training, " + chosen + ", " + subject.title();
        Comparison table = MemoryReport.of(title, series, warmUp);
        if (python.isEmpty()) {
            table = MemoryReport.with(table, context.python().missing(MemoryReport.PEER, PyTorchPeer.MODULES));
        }
        return List.of(new BenchReport("memory", List.of(table)));
    }

    private static MemorySeries record(String name, Worker worker, int steps, int every) {
        try (Progress progress = Progress.start("memory, " + name, steps)) {
            return MemorySeries.record(name, worker, steps, every, done -> progress.at(done, ""));
        }
    }
}
