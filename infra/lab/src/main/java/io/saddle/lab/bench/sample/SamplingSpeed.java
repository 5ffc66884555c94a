package io.saddle.lab.bench.sample;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.saddle.cli.terminal.Progress;
import io.saddle.diffusion.network.Precision;
import io.saddle.lab.bench.BenchContext;
import io.saddle.lab.bench.Comparison;
import io.saddle.lab.bench.Json;
import io.saddle.lab.bench.PythonPeer;
import io.saddle.lab.bench.Rounds;
import io.saddle.lab.bench.Rounds.Contender;
import io.saddle.lab.bench.Side;
import io.saddle.lab.bench.Worker;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * Images per second with DDIM, saddle and PyTorch on the same weights.
 *
 * @param steps DDIM's steps whose speed is measured
 * @param rounds turns of each side
 * @param images of one turn
 * @param batch images in one network call
 */
record SamplingSpeed(List<Integer> steps, int rounds, int images, int batch) {

    private static final String MODULE = "torch";
    private static final String OURS = "saddle ";
    private static final String THEIRS = "PyTorch ";

    /**
     * One table for each number of steps.
     *
     * @param model a diffusers folder
     */
    List<Comparison> measure(BenchContext context, Path model) {
        ObjectNode configuration = Json.object()
                .put("model", model.toAbsolutePath().toString())
                .put("batch", batch)
                .put("workers", Runtime.getRuntime().availableProcessors());
        Optional<Path> python = context.python().find(MODULE);
        try (Worker ours = context.java("bench sample", "fid-evaluator", SamplingWorker.class, configuration);
                Worker theirs = python.map(path -> context.python(
                                "bench sample torch", path, "sample.py", PythonPeer.TUNED_MALLOC, configuration))
                        .orElse(null)) {
            return compare(context.python(), ours, theirs);
        }
    }

    private List<Comparison> compare(PythonPeer python, Worker ours, Worker theirs) {
        List<Comparison> tables = new ArrayList<>();
        int turns = rounds * Precision.values().length * (theirs == null ? 1 : 2);
        try (Progress progress = Progress.start("sampling", (long) turns * steps.size())) {
            for (int count : steps) {
                int before = tables.size() * turns;
                List<Side> sides = new ArrayList<>(Rounds.run(
                        contenders(ours, theirs, count),
                        rounds,
                        "imagesPerSecond",
                        done -> progress.at(before + done, count + " steps")));
                if (theirs == null) {
                    for (Precision precision : Precision.values()) {
                        sides.add(python.missing(name(THEIRS, precision), MODULE));
                    }
                }
                tables.add(table(count, sides));
            }
        }
        return tables;
    }

    private List<Contender> contenders(Worker ours, Worker theirs, int count) {
        List<Contender> contenders = new ArrayList<>();
        for (Precision precision : Precision.values()) {
            ObjectNode request = Json.object()
                    .put("precision", precision.name())
                    .put("steps", count)
                    .put("images", images);
            contenders.add(new Contender(name(OURS, precision), ours, request));
            if (theirs != null) {
                contenders.add(new Contender(name(THEIRS, precision), theirs, request));
            }
        }
        return contenders;
    }

    private Comparison table(int count, List<Side> sides) {
        String title = "DDIM, " + count + " steps, " + images + " images in batches of " + batch;
        Comparison table = Comparison.of(title, "images/s", sides);
        for (Precision precision : Precision.values()) {
            table = table.withRatio(name(OURS, precision), name(THEIRS, precision), null);
        }
        Optional<Side.Measured> theirs = table.measured(name(THEIRS, Precision.FP32));
        return theirs.isEmpty()
                ? table
                : table.withNote("the peer: "
                        + theirs.get().hello().path("name").asText() + ", its malloc tuned as saddle's; BLAS: "
                        + theirs.get().hello().path("blas").asText());
    }

    private static String name(String side, Precision precision) {
        return side + precision.name().toLowerCase(Locale.ROOT);
    }
}
