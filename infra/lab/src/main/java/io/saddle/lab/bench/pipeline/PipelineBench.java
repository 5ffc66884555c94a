package io.saddle.lab.bench.pipeline;

import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import io.saddle.cli.connection.ConsoleClient;
import io.saddle.cli.terminal.CommandException;
import io.saddle.cli.terminal.ExitCode;
import io.saddle.kafka.KafkaSettings;
import io.saddle.lab.bench.Bench;
import io.saddle.lab.bench.BenchContext;
import io.saddle.lab.bench.BenchReport;
import io.saddle.lab.bench.Comparison;
import io.saddle.lab.bench.RoundsOption;
import io.saddle.lab.report.FollowedRun;
import io.saddle.lab.report.RunFeed;
import io.saddle.lab.report.RunFollower;
import io.saddle.run.spec.RunSpec;
import io.saddle.run.spec.RunSpecParser;
import io.saddle.stack.testing.TestCluster;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Trains on a stack of its own, in a folder of its own and on free ports, and measures from what the topics say. */
@Command(
        name = "pipeline",
        description = {
            "A run on the real stack: share of a step outside libtorch, and the time from a snapshot to its multipliers.",
            "Starts a stack of its own on free ports, in a folder of its own that is deleted at the end. Everything is"
                    + " computed from what the services say on the topics."
        },
        footer = {
            "  ./saddle bench pipeline",
            "  ./saddle bench pipeline --mode LOCKSTEP --steps 200 --json pipeline.json",
            "  ./saddle bench pipeline --apart --steps 260"
        })
public final class PipelineBench extends Bench {

    private static final int IMAGES = 64;
    /** An evaluator that there is not. */
    private static final String NOBODY = "nobody";
    /** More than there are: no step waits for multipliers that nobody makes. */
    private static final int STALE_STEPS = 1_000_000;

    private static final YAMLMapper YAML = new YAMLMapper();

    @Option(
            names = "--run",
            paramLabel = "FILE",
            description = "The run to train, shortened (default: infra/examples/mnist-minority.yaml).")
    private Path run;

    @Option(
            names = "--mode",
            paramLabel = "MODE",
            split = ",",
            description = "Modes of the dual side, one run each: ${COMPLETION-CANDIDATES} (default: all).")
    private List<RunSpec.Mode> modes;

    @Option(
            names = "--steps",
            paramLabel = "N",
            defaultValue = "600",
            description = "Primal steps of each run (default: ${DEFAULT-VALUE}).")
    private int steps;

    @Option(
            names = "--primal-steps",
            paramLabel = "N",
            defaultValue = "5",
            description = "Primal steps between two snapshots for the dual side (default: ${DEFAULT-VALUE}).")
    private int primalSteps;

    @Option(
            names = "--warm-up",
            paramLabel = "N",
            defaultValue = "60",
            description = "Steps at the beginning that do not count (default: ${DEFAULT-VALUE}).")
    private int warmUp;

    @Option(
            names = "--apart",
            description = {
                "Holds the trainer to one core and all else to the others, as if they were on other machines, and trains in turn",
                "ASYNC runs that are judged and runs that nobody judges, in place of --mode."
            })
    private boolean apart;

    @Mixin
    private final RoundsOption rounds = new RoundsOption(3);

    /**
     * Measures; takes minutes.
     *
     * @throws CommandException if a run fails or nothing is heard of it
     */
    @Override
    public List<BenchReport> measure(BenchContext context) throws IOException, InterruptedException {
        atLeast("--steps", steps, 1);
        atLeast("--primal-steps", primalSteps, 1);
        atLeast("--rounds", rounds.number(), 1);
        if (warmUp < 0 || warmUp >= steps) {
            throw new CommandException(
                    ExitCode.INVALID_INPUT,
                    "--warm-up must be at least 0 and less than --steps (" + steps + "), was " + warmUp);
        }
        Path file = run != null ? run : context.distribution().example("mnist-minority.yaml");
        List<Comparison> tables = new ArrayList<>();
        try (TestCluster cluster = TestCluster.startIn(
                context.folder("pipeline"), this::say, TestCluster.SERVICES.toArray(String[]::new))) {
            if (apart) {
                Cores.apart(cluster);
                return List.of(new BenchReport("pipeline", List.of(measureApart(cluster, file))));
            }
            for (RunSpec.Mode mode : modes != null ? modes : List.of(RunSpec.Mode.values())) {
                String name = "bench-" + mode.name().toLowerCase(Locale.ROOT);
                RunRecords records = trained(cluster, file, specification(file, name, mode));
                tables.addAll(PipelineReport.of(mode.name(), records, warmUp));
            }
        }
        return List.of(new BenchReport("pipeline", tables));
    }

    private Comparison measureApart(TestCluster cluster, Path file) throws IOException, InterruptedException {
        List<StepTimes> judged = new ArrayList<>();
        List<StepTimes> unjudged = new ArrayList<>();
        for (int round = 1; round <= rounds.number(); round++) {
            ObjectNode alone = specification(file, "bench-unjudged-" + round, RunSpec.Mode.ASYNC);
            alone.withObject("/evaluation").put("every", steps);
            alone.withArray("/constraints").forEach(constraint -> ((ObjectNode) constraint).put("evaluator", NOBODY));
            ObjectNode beside = specification(file, "bench-judged-" + round, RunSpec.Mode.ASYNC);
            for (ObjectNode spec : List.of(alone, beside)) {
                spec.withObject("/dual").put("maxStaleSteps", STALE_STEPS);
            }
            unjudged.add(StepTimes.of(trained(cluster, file, alone), warmUp));
            judged.add(StepTimes.of(trained(cluster, file, beside), warmUp));
        }
        return PipelineReport.apart(judged, unjudged);
    }

    private RunRecords trained(TestCluster cluster, Path file, ObjectNode specification)
            throws IOException, InterruptedException {
        String yaml = YAML.writeValueAsString(specification);
        RunSpec spec = new RunSpecParser().parse(file.toString(), yaml);
        KafkaSettings kafka = new KafkaSettings(cluster.bootstrapServers(), cluster.registryUrl());
        FollowedRun history = new FollowedRun();
        try (RunFeed feed = new RunFeed(kafka, Map.of(spec.name(), history))) {
            new ConsoleClient(cluster.consoleUrl()).submit(yaml);
            RunFollower.awaitTrained(spec, history);
            return RunRecords.of(history, spec.checkpoints().everySteps());
        }
    }

    private ObjectNode specification(Path file, String name, RunSpec.Mode mode) throws IOException {
        ObjectNode spec = (ObjectNode) YAML.readTree(Files.readString(file));
        spec.put("name", name);
        spec.withObject("/training").put("steps", steps);
        spec.withObject("/dual").put("mode", mode.name()).put("primalSteps", primalSteps);
        spec.withObject("/evaluation")
                .put("every", Math.max(1, steps / 3))
                .put("images", IMAGES)
                .put("finalImages", IMAGES);
        return spec;
    }
}
