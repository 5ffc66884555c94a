package io.saddle.lab.bench.sample;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.saddle.cli.terminal.Progress;
import io.saddle.diffusion.network.Precision;
import io.saddle.lab.bench.BenchContext;
import io.saddle.lab.bench.Comparison;
import io.saddle.lab.bench.Json;
import io.saddle.lab.bench.Rounds;
import io.saddle.lab.bench.Rounds.Contender;
import io.saddle.lab.bench.Side;
import io.saddle.lab.bench.Worker;
import io.saddle.lab.bench.pytorch.AgainstFastest;
import io.saddle.lab.bench.pytorch.PyTorchVariant;
import io.saddle.lab.bench.pytorch.VariantTrials;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/**
 * Images per second, saddle's and PyTorch's on the same weights, in one precision: every variant of PyTorch is tried with DDIM, then
 * saddle and the fastest of them take turns with every sampler.
 *
 * @param model a diffusers folder
 * @param steps whose speed is measured
 */
record SamplingSpeed(
        BenchContext context, Path model, Precision precision, List<Integer> steps, SamplingEffort effort) {

    private static final String MODULE = "torch";
    private static final String RATE = "imagesPerSecond";

    /** One table for each sampler and number of steps. */
    List<Comparison> measure() {
        Optional<Path> python = context.python().find(MODULE);
        VariantTrials trials = new VariantTrials(variant -> trial(python.orElseThrow(), variant), false);
        if (python.isPresent()) {
            trials.run("sampling, " + precision, precision, effort.compiled());
        }
        Map<String, Worker> workers = new LinkedHashMap<>();
        try {
            String ours = "saddle " + inWords();
            workers.put(ours, context.java(ours, "fid-evaluator", SamplingWorker.class, configuration()));
            if (python.isPresent()) {
                for (PyTorchVariant variant : trials.finalists()) {
                    workers.put(peer() + ", " + variant.title(), peer(python.get(), variant));
                }
            }
            return compare(workers, trials);
        } finally {
            workers.values().forEach(Worker::close);
        }
    }

    private Side.Measured trial(Path python, PyTorchVariant variant) {
        try (Worker worker = peer(python, variant)) {
            ObjectNode answer = worker.ask(request(SamplerName.DDIM, steps.get(0)));
            return new Side.Measured(variant.title(), worker.hello(), RATE, List.of(answer));
        }
    }

    private List<Comparison> compare(Map<String, Worker> workers, VariantTrials trials) {
        List<Comparison> tables = new ArrayList<>();
        int turns = effort.rounds() * workers.size();
        try (Progress progress =
                Progress.start("sampling, " + precision, (long) turns * steps.size() * SamplerName.values().length)) {
            for (SamplerName sampler : SamplerName.values()) {
                for (int count : steps) {
                    List<Contender> contenders = workers.entrySet().stream()
                            .map(side -> new Contender(side.getKey(), side.getValue(), request(sampler, count)))
                            .toList();
                    int before = tables.size() * turns;
                    List<Side> sides = new ArrayList<>(Rounds.run(
                            contenders,
                            effort.rounds(),
                            RATE,
                            done -> progress.at(before + done, sampler.title() + ", " + count + " steps")));
                    if (workers.size() == 1) {
                        sides.add(context.python().missing(peer(), MODULE));
                    }
                    tables.add(table(sampler, count, sides, trials));
                }
            }
        }
        return tables;
    }

    private Comparison table(SamplerName sampler, int count, List<Side> sides, VariantTrials trials) {
        String title = String.format(
                "%s, %d steps, %d images in batches of %d, %s",
                sampler.title(), count, effort.images(), effort.batch(), inWords());
        Comparison table = Comparison.of(title, "images/s", sides);
        return AgainstFastest.of(sides, false)
                .map(against -> against.in(table, null, "draws %.2fx of the fastest variant's images in a second")
                        .withNote("the peer: "
                                + against.fastest().hello().path("name").asText() + "; BLAS: "
                                + against.fastest().hello().path("blas").asText() + "; " + trials.summary()))
                .orElse(table)
                .withFacts(trials.toJson());
    }

    private ObjectNode configuration() {
        return Json.object()
                .put("model", model.toAbsolutePath().toString())
                .put("precision", precision.name())
                .put("batch", effort.batch())
                .put("warmUpSteps", effort.warmUpSteps())
                .put("warmUpRounds", effort.warmUpRounds())
                .put("workers", Runtime.getRuntime().availableProcessors());
    }

    private Worker peer(Path python, PyTorchVariant variant) {
        return context.python(
                "bench sample " + variant.title(),
                python,
                "sample.py",
                variant.environment(context.folder("compiled")),
                variant.in(configuration()));
    }

    private ObjectNode request(SamplerName sampler, int count) {
        return Json.object().put("sampler", sampler.key()).put("steps", count).put("images", effort.images());
    }

    private String peer() {
        return "PyTorch " + inWords();
    }

    private String inWords() {
        return precision.name().toLowerCase(Locale.ROOT);
    }
}
