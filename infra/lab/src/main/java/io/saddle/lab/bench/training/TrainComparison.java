package io.saddle.lab.bench.training;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.saddle.cli.terminal.Progress;
import io.saddle.diffusion.network.Precision;
import io.saddle.lab.bench.BenchContext;
import io.saddle.lab.bench.Comparison;
import io.saddle.lab.bench.Rounds;
import io.saddle.lab.bench.Side;
import io.saddle.lab.bench.Worker;
import io.saddle.lab.bench.pytorch.PyTorchVariant;
import io.saddle.lab.bench.pytorch.VariantTrials;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** One network in one precision: every variant of the peer is tried, then saddle and the fastest of them take turns. */
record TrainComparison(BenchContext context, TrainingSubject subject, Precision precision, TrainEffort effort) {

    private static final int PART_REPETITIONS = 3;
    private static final String MILLIS = "millis";

    Comparison measure() throws IOException {
        Path folder = context.folder("train").resolve(subject.name());
        subject.write(folder);
        Optional<Path> python = context.python().find(PyTorchPeer.MODULES);
        VariantTrials trials = new VariantTrials(variant -> trial(python.orElseThrow(), folder, variant), true);
        if (python.isPresent()) {
            trials.run("train, " + subject.name() + ", " + precision, precision, effort.compiled());
        }
        return compare(folder, python, trials);
    }

    private Side.Measured trial(Path python, Path folder, PyTorchVariant variant) {
        try (Worker worker = peer(python, folder, variant, effort.trialWarmUp())) {
            ObjectNode answer = worker.ask(Workload.PLAIN.request(effort.steps()));
            return new Side.Measured(variant.title(), worker.hello(), MILLIS, List.of(answer));
        }
    }

    private Comparison compare(Path folder, Optional<Path> python, VariantTrials trials) {
        ObjectNode request = Workload.PLAIN.request(effort.steps());
        List<Worker> workers = new ArrayList<>();
        try {
            Worker saddle = context.java(
                    saddle(),
                    "primal-trainer",
                    TrainingWorker.class,
                    subject.configuration(folder, precision, effort.warmUp()));
            workers.add(saddle);
            PyTorchPeer.requireSameSize(saddle, saddle(), subject);
            List<Rounds.Contender> contenders = new ArrayList<>();
            contenders.add(new Rounds.Contender(saddle(), saddle, request));
            if (python.isPresent()) {
                for (PyTorchVariant variant : trials.finalists()) {
                    Worker worker = peer(python.get(), folder, variant, effort.warmUp());
                    workers.add(worker);
                    contenders.add(new Rounds.Contender(peer() + ", " + variant.title(), worker, request));
                }
            }
            MatrixProduct product =
                    MatrixProduct.measure(context, precision, subject.settings().workers());
            List<Side> sides = new ArrayList<>(run(contenders));
            // By itself and last: what it needs is no part of a step's memory.
            ObjectNode parts = saddle.ask(request.deepCopy().put("parts", PART_REPETITIONS));
            if (python.isEmpty()) {
                sides.add(context.python().missing(peer(), PyTorchPeer.MODULES));
            }
            return new TrainReport(subject, precision, product, trials).of(sides, parts);
        } finally {
            workers.forEach(Worker::close);
        }
    }

    private List<Side.Measured> run(List<Rounds.Contender> contenders) {
        String task = "train, " + subject.name() + ", " + precision;
        try (Progress progress = Progress.start(task, (long) effort.rounds() * contenders.size())) {
            return Rounds.run(contenders, effort.rounds(), MILLIS, turn -> progress.at(turn, ""));
        }
    }

    private Worker peer(Path python, Path folder, PyTorchVariant variant, int warmUp) {
        Worker worker = PyTorchPeer.start(
                context,
                peer() + " " + variant.title(),
                python,
                variant,
                subject.configuration(folder, precision, warmUp));
        PyTorchPeer.requireSameSize(worker, peer(), subject);
        return worker;
    }

    private String saddle() {
        return "saddle " + TrainReport.inWords(precision);
    }

    private String peer() {
        return "PyTorch " + TrainReport.inWords(precision);
    }
}
