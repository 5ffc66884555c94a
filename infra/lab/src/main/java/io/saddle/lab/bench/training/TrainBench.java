package io.saddle.lab.bench.training;

import io.saddle.cli.terminal.Progress;
import io.saddle.lab.bench.BenchContext;
import io.saddle.lab.bench.BenchReport;
import io.saddle.lab.bench.Comparison;
import io.saddle.lab.bench.Rounds;
import io.saddle.lab.bench.Side;
import io.saddle.lab.bench.Worker;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Time of a training step, saddle's beside PyTorch's: forward, backward, clipping, AdamW and the average of the weights. */
public final class TrainBench {

    /**
     * One network and how much of it is measured.
     *
     * @param steps of a turn
     * @param warmUp steps that do not count
     */
    public record Part(TrainingSubject subject, int steps, int warmUp) {}

    private static final int PART_REPETITIONS = 3;

    private final BenchContext context;
    private final int rounds;

    /** @param rounds turns of each contender */
    public TrainBench(BenchContext context, int rounds) {
        this.context = context;
        this.rounds = rounds;
    }

    /** Measures; takes minutes. */
    public BenchReport measure(List<Part> parts) throws IOException {
        List<Comparison> tables = new ArrayList<>();
        for (Part part : parts) {
            tables.add(TrainReport.of(part.subject(), measure(part)));
        }
        return new BenchReport("train", tables);
    }

    private List<Side> measure(Part part) throws IOException {
        Path folder = context.folder("train").resolve(part.subject().name());
        part.subject().write(folder);
        Map<TrainContender, Worker> workers = new EnumMap<>(TrainContender.class);
        try {
            Optional<Path> python = context.python().find(PyTorchPeer.MODULES);
            for (TrainContender contender : TrainContender.values()) {
                if (!contender.isPeer() || python.isPresent()) {
                    Worker worker =
                            contender.start(context, python.orElse(null), part.subject(), folder, part.warmUp());
                    workers.put(contender, worker);
                    PyTorchPeer.requireSameSize(worker, contender.title(), part.subject());
                }
            }
            return sides(run(part, workers));
        } finally {
            workers.values().forEach(Worker::close);
        }
    }

    private List<Side.Measured> run(Part part, Map<TrainContender, Worker> workers) {
        List<Rounds.Contender> contenders = workers.entrySet().stream()
                .map(entry -> new Rounds.Contender(
                        entry.getKey().title(),
                        entry.getValue(),
                        Workload.PLAIN.request(part.steps()).put("parts", PART_REPETITIONS)))
                .toList();
        try (Progress progress = Progress.start("train, " + part.subject().name(), (long) rounds * contenders.size())) {
            return Rounds.run(contenders, rounds, "millis", turn -> progress.at(turn, ""));
        }
    }

    private List<Side> sides(List<Side.Measured> measured) {
        List<Side> sides = new ArrayList<>(measured);
        for (TrainContender contender : TrainContender.values()) {
            if (measured.stream().noneMatch(side -> side.name().equals(contender.title()))) {
                sides.add(context.python().missing(contender.title(), PyTorchPeer.MODULES));
            }
        }
        return sides;
    }
}
