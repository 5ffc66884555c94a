package io.saddle.lab.bench.training;

import com.fasterxml.jackson.databind.JsonNode;
import io.saddle.cli.terminal.Progress;
import io.saddle.diffusion.network.Precision;
import io.saddle.lab.bench.BenchContext;
import io.saddle.lab.bench.BenchReport;
import io.saddle.lab.bench.Comparison;
import io.saddle.lab.bench.Worker;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Resident memory over many training steps: whether it grows, and its peak beside PyTorch's. */
public final class MemoryBench {

    /**
     * The piece of work that is measured.
     *
     * @param steps of saddle
     * @param peerSteps of PyTorch
     * @param every steps between two looks
     * @param warmUp steps that the slope does not count: allocator, compilers and heap take what they need
     */
    public record Options(int steps, int peerSteps, int every, int warmUp) {}

    private final BenchContext context;
    private final TrainingSubject subject;
    private final Precision precision;

    public MemoryBench(BenchContext context, TrainingSubject subject, Precision precision) {
        this.context = context;
        this.subject = subject;
        this.precision = precision;
    }

    /** Measures, one process after the other; takes minutes. */
    public BenchReport measure(Options options) throws IOException {
        Path folder = context.folder("memory").resolve(subject.name());
        subject.write(folder);
        JsonNode configuration = subject.configuration(folder, precision, 0);
        List<MemorySeries> series = new ArrayList<>();
        try (Worker worker = context.java("memory saddle", "primal-trainer", TrainingWorker.class, configuration)) {
            series.add(record(MemoryReport.SADDLE, worker, options.steps(), options.every()));
        }
        Optional<Path> python = context.python().find(PyTorchPeer.MODULES);
        if (python.isPresent()) {
            try (Worker worker = PyTorchPeer.start(context, "memory PyTorch", python.get(), Map.of(), configuration)) {
                PyTorchPeer.requireSameSize(worker, MemoryReport.PEER, subject);
                series.add(record(MemoryReport.PEER, worker, options.peerSteps(), options.every()));
            }
        }
        String title = "resident memory while training, " + precision + ", " + subject.title();
        Comparison table = MemoryReport.of(title, series, options.warmUp());
        return new BenchReport(
                "memory",
                List.of(
                        python.isPresent()
                                ? table
                                : MemoryReport.with(
                                        table, context.python().missing(MemoryReport.PEER, PyTorchPeer.MODULES))));
    }

    private static MemorySeries record(String name, Worker worker, int steps, int every) {
        try (Progress progress = Progress.start("memory, " + name, steps)) {
            return MemorySeries.record(name, worker, steps, every, done -> progress.at(done, ""));
        }
    }
}
