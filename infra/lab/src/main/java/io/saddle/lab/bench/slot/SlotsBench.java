package io.saddle.lab.bench.slot;

import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import io.saddle.cli.connection.ConsoleClient;
import io.saddle.cli.terminal.CommandException;
import io.saddle.cli.terminal.ExitCode;
import io.saddle.diffusion.network.UNet2D;
import io.saddle.kafka.KafkaSettings;
import io.saddle.kafka.TopicHistory;
import io.saddle.lab.bench.Bench;
import io.saddle.lab.bench.BenchContext;
import io.saddle.lab.bench.BenchReport;
import io.saddle.lab.bench.Comparison;
import io.saddle.lab.bench.Goal;
import io.saddle.lab.bench.Json;
import io.saddle.lab.bench.RoundsOption;
import io.saddle.lab.bench.Side;
import io.saddle.lab.bench.pipeline.Cores;
import io.saddle.lab.report.FollowedRun;
import io.saddle.lab.report.RunFeed;
import io.saddle.lab.report.RunFollower;
import io.saddle.model.RunModel;
import io.saddle.run.spec.RunSpec;
import io.saddle.run.spec.RunSpecParser;
import io.saddle.schema.GradientSummary;
import io.saddle.schema.SlotResult;
import io.saddle.stack.testing.TestCluster;
import io.saddle.topic.RunPartitioner;
import io.saddle.topic.Topics;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLong;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Trains a run with slots on one trainer and on two, each held to a core of its own, beside what two runs reach together. */
@Command(
        name = "slots",
        description = {
            "What a second trainer is worth to a run with four slots: images a second on one trainer and on two, each held to one"
                    + " core with one thread.",
            "The ceiling is what two runs without slots reach together, one on each trainer: two virtual cores may be less than"
                    + " two. Starts a stack of its own on free ports, in a folder of its own that is deleted at the end; needs"
                    + " taskset of util-linux."
        },
        footer = {
            "  ./saddle bench slots",
            "  ./saddle bench slots --batch 8 --slot-rounds 3 --rounds 1",
            "  ./saddle bench slots --json slots.json"
        })
public final class SlotsBench extends Bench {

    private static final int SLOTS = 4;
    private static final String TRAINER = "primal-trainer";
    private static final String ONE = "four slots, one trainer";
    private static final String TWO = "four slots, two trainers";
    private static final String CEILING = "two runs without slots, one on each trainer";
    private static final Goal OF_THE_CEILING = Goal.atLeast(0.9);
    private static final YAMLMapper YAML = new YAMLMapper();

    @Option(
            names = "--batch",
            paramLabel = "ROWS",
            defaultValue = "16",
            description = "Rows of a step (default: ${DEFAULT-VALUE}).")
    private int batch;

    @Option(
            names = "--primal-steps",
            paramLabel = "N",
            defaultValue = "5",
            description = "Primal steps of a slot between two merges (default: ${DEFAULT-VALUE}).")
    private int primalSteps;

    @Option(
            names = "--slot-rounds",
            paramLabel = "K",
            defaultValue = "4",
            description = "Merges of each run, the first of which does not count (default: ${DEFAULT-VALUE}).")
    private int slotRounds;

    @Mixin
    private final RoundsOption rounds = new RoundsOption(2);

    private final Map<String, List<double[]>> millisPerImage = new HashMap<>();
    private long parameters;
    private long stateBytes;

    /**
     * Measures; takes a quarter of an hour.
     *
     * @throws CommandException if a run fails, or this machine has one core
     */
    @Override
    public List<BenchReport> measure(BenchContext context) throws IOException, InterruptedException {
        atLeast("--batch", batch, 1);
        atLeast("--primal-steps", primalSteps, 1);
        atLeast("--slot-rounds", slotRounds, 2);
        atLeast("--rounds", rounds.number(), 1);
        if (Runtime.getRuntime().availableProcessors() < 2) {
            throw new CommandException(ExitCode.INVALID_INPUT, "two trainers need two cores, this machine has one");
        }
        Map<String, String> oneThread = Map.of("SADDLE_TRAINER_THREADS", "1");
        try (TestCluster cluster =
                TestCluster.startIn(context.folder("slots"), oneThread, this::say, TRAINER, "console")) {
            Cores.hold(cluster, TRAINER, "0");
            try (TestCluster second = cluster.another(List.of("-Dsaddle.trainer.threads=1"), TRAINER)) {
                for (int round = 1; round <= rounds.number(); round++) {
                    second.stop(TRAINER);
                    measured(ONE, slotted(cluster, "one-" + round));
                    second.restart(TRAINER);
                    Cores.hold(second, TRAINER, "1");
                    measured(TWO, slotted(cluster, "two-" + round));
                    measured(CEILING, together(cluster, round));
                }
            }
        }
        return List.of(new BenchReport("slots", List.of(comparison())));
    }

    private void measured(String side, double millis) {
        say(String.format(Locale.ROOT, "%s: %.1f ms an image", side, millis));
        millisPerImage.computeIfAbsent(side, name -> new ArrayList<>()).add(new double[] {millis});
    }

    private Comparison comparison() {
        List<Side.Measured> sides = new ArrayList<>();
        for (String side : List.of(ONE, TWO, CEILING)) {
            sides.add(Side.Measured.ofMillisByRound(side, millisPerImage.get(side)));
        }
        long formula = SLOTS * 12 * parameters;
        return Comparison.of(
                        String.format(
                                Locale.ROOT, "an image seen, %,d parameters, trainers of one core each", parameters),
                        "ms/image",
                        sides)
                .withRatio(ONE, TWO, null)
                .withRatio(CEILING, TWO, OF_THE_CEILING)
                .withFacts(Json.object()
                        .put("parameters", parameters)
                        .put("slotStateBytesOfARound", stateBytes)
                        .put("slotStateBytesByFormula", formula))
                .withNote(String.format(
                        Locale.ROOT, "slots' states of a round: %,d bytes; S * 12 p = %,d", stateBytes, formula));
    }

    /** Milliseconds of each image of a run with slots. */
    private double slotted(TestCluster cluster, String name) throws IOException, InterruptedException {
        ObjectNode spec = specification("slots-" + name);
        spec.withObject("/training").put("slots", SLOTS);
        double millis = 1 / imagesPerMilli(trained(cluster, List.of(spec)).get(0));
        stateBytes = stateBytes(cluster, spec.path("name").asText());
        return millis;
    }

    /** Milliseconds of each image of two runs, whichever sees it. */
    private double together(TestCluster cluster, int round) throws IOException, InterruptedException {
        double imagesPerMilli = 0;
        for (FollowedRun run :
                trained(cluster, List.of(specification("left-" + round), specification("right-" + round)))) {
            imagesPerMilli += imagesPerMilli(run);
        }
        return 1 / imagesPerMilli;
    }

    /** From the end of the first round on. */
    private double imagesPerMilli(FollowedRun run) {
        GradientSummary begin = null;
        GradientSummary end = null;
        long images = 0;
        for (GradientSummary summary : run.summaries()) {
            if (summary.getStep() == primalSteps) {
                begin = summary;
            } else if (begin != null) {
                images += summary.getSources().stream()
                        .mapToLong(source -> source.getRows())
                        .sum();
                end = summary;
            }
        }
        return images
                / (double) Duration.between(begin.getRecordedAt(), end.getRecordedAt())
                        .toMillis();
    }

    private List<FollowedRun> trained(TestCluster cluster, List<ObjectNode> specifications)
            throws IOException, InterruptedException {
        Map<String, FollowedRun> runs = new HashMap<>();
        for (ObjectNode spec : specifications) {
            runs.put(spec.path("name").asText(), new FollowedRun());
        }
        List<FollowedRun> trained = new ArrayList<>();
        try (RunFeed feed = new RunFeed(kafka(cluster), runs)) {
            for (ObjectNode spec : specifications) {
                new ConsoleClient(cluster.consoleUrl()).submit(YAML.writeValueAsString(spec));
            }
            for (ObjectNode spec : specifications) {
                RunSpec parsed = new RunSpecParser().parse("run.yaml", YAML.writeValueAsString(spec));
                parameters = UNet2D.layout(RunModel.of(parsed).network()).size();
                FollowedRun run = runs.get(parsed.name());
                RunFollower.awaitTold(parsed, run);
                trained.add(run);
            }
        }
        return trained;
    }

    private static KafkaSettings kafka(TestCluster cluster) {
        return new KafkaSettings(cluster.bootstrapServers(), cluster.registryUrl());
    }

    /** Of the round after the first, each slot once. */
    private long stateBytes(TestCluster cluster, String run) {
        Map<Integer, Long> bySlot = new HashMap<>();
        new TopicHistory(kafka(cluster), cluster.serdes())
                .forEach(
                        Topics.SLOT_RESULTS,
                        RunPartitioner.partition(run, Topics.SLOT_RESULTS.partitions()),
                        (SlotResult result) -> {
                            if (result.getRunId().equals(run)
                                    && result.getStep() == primalSteps
                                    && result.getState() != null) {
                                bySlot.put(result.getSlot(), result.getState().getBytes());
                            }
                        });
        AtomicLong sum = new AtomicLong();
        bySlot.values().forEach(sum::addAndGet);
        return sum.get();
    }

    private ObjectNode specification(String name) throws IOException {
        return (ObjectNode)
                YAML.readTree("""
                name: %s
                seed: 3
                data: {classes: {4: {count: 500}}}
                model:
                  unet: {block_out_channels: [64, 128, 144], layers_per_block: 1, attention_head_dim: 16}
                training: {steps: %d, batchSize: %d, precision: fp32, device: cpu, warmupSteps: 0, diagnosticsEvery: 1000000}
                dual: {primalSteps: %d}
                constraints: []
                evaluation: {every: 0}
                checkpoints: {everySteps: %d}
                """.formatted(name, primalSteps * slotRounds, batch, primalSteps, primalSteps));
    }
}
