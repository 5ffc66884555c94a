package io.saddle.lab.bench.training;

import io.saddle.cli.terminal.Progress;
import io.saddle.lab.bench.BenchContext;
import io.saddle.lab.bench.BenchReport;
import io.saddle.lab.bench.Comparison;
import io.saddle.lab.bench.PythonPeer;
import io.saddle.lab.bench.Rounds;
import io.saddle.lab.bench.RoundsOption;
import io.saddle.lab.bench.Side;
import io.saddle.lab.bench.Worker;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Time of a training step, saddle's beside PyTorch's: forward, backward, clipping, AdamW and the average of the weights. */
@Command(
        name = "train",
        description = {
            "ms per training step, fp32 and bf16, against PyTorch with the same network.",
            "A step is forward, backward, clipping, AdamW and the average of the weights, without Kafka. PyTorch runs"
                    + " eagerly, with glibc's malloc as it is and tuned as saddle tunes it."
        },
        footer = {"  ./saddle bench train", "  ./saddle bench train --network run --rounds 3 --json train.json"})
public final class TrainBench extends TrainingBench {

    /**
     * One network and how much of it is measured.
     *
     * @param steps of a turn
     * @param warmUp steps that do not count
     */
    private record Part(TrainingSubject subject, int steps, int warmUp) {}

    private static final int PART_REPETITIONS = 3;
    private static final int WARM_UP = 15;
    private static final int LARGER_WARM_UP = 3;
    private static final int LARGER_COSTS = 5;

    enum Network {
        run,
        larger
    }

    @Option(
            names = "--network",
            paramLabel = "NAME",
            split = ",",
            description = "Which networks: ${COMPLETION-CANDIDATES}; the larger one has 3x32x32 images and 5 million"
                    + " parameters (default: both).")
    private List<Network> networks;

    @Option(
            names = "--steps",
            paramLabel = "N",
            defaultValue = "20",
            description = "Steps of a turn; a fifth for the larger network (default: ${DEFAULT-VALUE}).")
    private int steps;

    @Mixin
    private final RoundsOption rounds = new RoundsOption(5);

    /** Measures; takes minutes. */
    @Override
    public List<BenchReport> measure(BenchContext context) throws IOException {
        atLeast("--steps", steps, 1);
        atLeast("--rounds", rounds.number(), 1);
        List<Comparison> tables = new ArrayList<>();
        for (Network network : networks != null ? networks : List.of(Network.values())) {
            Part part =
                    switch (network) {
                        case run -> new Part(ofRun(context), steps, WARM_UP);
                        case larger -> new Part(larger(context), Math.max(1, steps / LARGER_COSTS), LARGER_WARM_UP);
                    };
            tables.add(TrainReport.of(part.subject(), measure(context, part)));
        }
        return List.of(new BenchReport("train", tables));
    }

    private List<Side> measure(BenchContext context, Part part) throws IOException {
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
            return sides(context.python(), run(part, workers));
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
        try (Progress progress =
                Progress.start("train, " + part.subject().name(), (long) rounds.number() * contenders.size())) {
            return Rounds.run(contenders, rounds.number(), "millis", turn -> progress.at(turn, ""));
        }
    }

    private static List<Side> sides(PythonPeer python, List<Side.Measured> measured) {
        List<Side> sides = new ArrayList<>(measured);
        for (TrainContender contender : TrainContender.values()) {
            if (measured.stream().noneMatch(side -> side.name().equals(contender.title()))) {
                sides.add(python.missing(contender.title(), PyTorchPeer.MODULES));
            }
        }
        return sides;
    }
}
