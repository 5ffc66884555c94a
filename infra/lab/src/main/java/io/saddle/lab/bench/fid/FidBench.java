package io.saddle.lab.bench.fid;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.saddle.cli.terminal.Progress;
import io.saddle.diffusion.evaluation.StatisticsFile;
import io.saddle.lab.bench.Bench;
import io.saddle.lab.bench.BenchContext;
import io.saddle.lab.bench.BenchReport;
import io.saddle.lab.bench.Comparison;
import io.saddle.lab.bench.Goal;
import io.saddle.lab.bench.Json;
import io.saddle.lab.bench.PythonPeer;
import io.saddle.lab.bench.QuickOption;
import io.saddle.lab.bench.Rounds;
import io.saddle.lab.bench.Rounds.Contender;
import io.saddle.lab.bench.RoundsOption;
import io.saddle.lab.bench.Side;
import io.saddle.lab.bench.Worker;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** The Frechet distance between the same statistics by saddle and by scipy's square root of a matrix. */
@Command(
        name = "fid",
        description = {
            "The Frechet distance at 64, 512 and 2,048 dimensions against scipy's sqrtm, from the same statistics.",
            "The peer computes it as pytorch-fid does. Time counts from statistics in memory to the number; the statistics"
                    + " are of made features, kept for the next time."
        },
        footer = {"  ./saddle bench fid", "  ./saddle bench fid --dimensions 2048 --rounds 5 --json fid.json"})
public final class FidBench extends Bench {

    private static final long SEED = 1;
    private static final String[] MODULES = {"numpy", "scipy"};
    /** The size above which a first call takes as long as all others. */
    private static final int WARM_UP_TO = 512;

    /** The small classifier's width, and Inception-v3's. */
    private static final Map<Integer, Goal> GOALS = Map.of(64, Goal.atMost(1), 2048, Goal.atMost(0.15));
    /** The cost grows with D^3; at this D a repetition is long enough to be timed alone. */
    private static final int SINGLE_FROM = 1024;
    /** Fewer, at a fraction of a millisecond each, would be those in which Java's compiler is still at work. */
    private static final int MOST_REPETITIONS = 400;

    @Option(
            names = "--dimensions",
            paramLabel = "D",
            split = ",",
            defaultValue = "64,512,2048",
            description = "Lengths of a feature vector (default: ${DEFAULT-VALUE}).")
    private List<Integer> dimensions;

    @Mixin
    private final RoundsOption rounds = new RoundsOption(3);

    @Mixin
    private final QuickOption quick = new QuickOption();

    /** Measures; a minute or two with the defaults. */
    @Override
    public List<BenchReport> measure(BenchContext context) throws IOException {
        atLeast("--rounds", rounds.number(), 1);
        dimensions.forEach(size -> atLeast("--dimensions", size, 1));
        ObjectNode configuration = configuration(Files.createDirectories(context.folder("fid")));
        Optional<Path> python = context.python().find(MODULES);
        try (Worker ours = context.java("bench fid", "fid-evaluator", FrechetWorker.class, configuration);
                Worker theirs = python.map(
                                path -> context.python("bench fid scipy", path, "fid.py", Map.of(), configuration))
                        .orElse(null)) {
            return List.of(new BenchReport("fid", compare(context.python(), ours, theirs)));
        }
    }

    private List<Comparison> compare(PythonPeer python, Worker ours, Worker theirs) {
        List<Comparison> tables = new ArrayList<>();
        int number = quick.of(rounds.number(), 1);
        int turns = dimensions.size() * number * (theirs == null ? 1 : 2);
        try (Progress progress = Progress.start("fid", turns)) {
            for (int size : dimensions) {
                int before = tables.size() * turns / dimensions.size();
                ObjectNode request = Json.object().put("dimensions", size).put("repetitions", repetitions(size));
                List<Contender> contenders = new ArrayList<>(List.of(new Contender(FidAgreement.OURS, ours, request)));
                if (theirs != null) {
                    contenders.add(new Contender(FidAgreement.THEIRS, theirs, request));
                }
                List<Side> sides = new ArrayList<>(Rounds.run(
                        contenders, number, "millis", done -> progress.at(before + done, size + " dimensions")));
                if (theirs == null) {
                    sides.add(python.missing(FidAgreement.THEIRS, MODULES));
                }
                tables.add(table(size, sides));
            }
        }
        return tables;
    }

    private int repetitions(int dimensions) {
        double cost = Math.pow((double) dimensions / SINGLE_FROM, 3);
        return quick.of((int) Math.max(1, Math.min(MOST_REPETITIONS, 1 / cost)), 1);
    }

    private static Comparison table(int dimensions, List<Side> sides) {
        String title = "Frechet distance of two Gaussians of " + dimensions + " dimensions";
        return FidAgreement.of(Comparison.of(title, "ms", sides)
                .withRatio(FidAgreement.OURS, FidAgreement.THEIRS, GOALS.get(dimensions)));
    }

    /** The statistics' files, made where they are missing. */
    private ObjectNode configuration(Path folder) throws IOException {
        ObjectNode configuration = Json.object();
        ArrayNode pairs = configuration.putArray("pairs");
        for (int size : dimensions) {
            pairs.addObject()
                    .put("dimensions", size)
                    .put("warmUp", size <= WARM_UP_TO ? repetitions(size) : 0)
                    .put("first", file(folder, size, 0).toString())
                    .put("second", file(folder, size, 1).toString());
        }
        return configuration;
    }

    private static Path file(Path folder, int dimensions, int population) throws IOException {
        // More vectors than dimensions by a factor as FID has it: 50,000 for 2,048 are too many to make here.
        MadeFeatures features = new MadeFeatures(dimensions, 3 * dimensions);
        Path file = folder.resolve(
                "features-%d-of-%d-seed-%d-%d.npz".formatted(features.rows(), dimensions, SEED, population));
        if (!Files.exists(file)) {
            Path temp = Files.createTempFile(folder, "new-", ".npz");
            StatisticsFile.write(temp, features.statistics(SEED, population));
            Files.move(temp, file);
        }
        return file.toAbsolutePath();
    }
}
