package io.saddle.lab.bench.pipeline;

import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import io.saddle.cli.connection.ConsoleClient;
import io.saddle.cli.terminal.CommandException;
import io.saddle.kafka.KafkaSettings;
import io.saddle.lab.bench.BenchReport;
import io.saddle.lab.bench.Comparison;
import io.saddle.lab.report.RunFeed;
import io.saddle.lab.report.RunFollower;
import io.saddle.lab.report.RunHistory;
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
import java.util.function.Consumer;

/** Trains on a stack of its own, in a folder of its own and on free ports, and measures from what the topics say. */
public final class PipelineBench {

    /**
     * The piece of work that is measured.
     *
     * @param run the specification to train, shortened
     * @param modes of the dual side, one run each
     * @param steps primal steps of each run
     * @param primalSteps primal steps between two snapshots for the dual side
     * @param warmUp steps at the beginning that do not count: compilers, caches, the first network
     */
    public record Options(Path run, List<RunSpec.Mode> modes, long steps, long primalSteps, long warmUp) {}

    private static final int IMAGES = 64;
    private static final YAMLMapper YAML = new YAMLMapper();

    private final Options options;
    private final Path folder;
    private final Consumer<String> say;

    /**
     * @param folder where the stack's own folder is made, and deleted at the end
     * @param say takes lines for a person
     */
    public PipelineBench(Options options, Path folder, Consumer<String> say) {
        this.options = options;
        this.folder = folder;
        this.say = say;
    }

    /**
     * Measures; takes minutes.
     *
     * @throws CommandException if a run fails or nothing is heard of it
     */
    public BenchReport measure() throws IOException, InterruptedException {
        List<Comparison> tables = new ArrayList<>();
        try (TestCluster cluster = TestCluster.startIn(folder, say, TestCluster.SERVICES.toArray(String[]::new))) {
            for (RunSpec.Mode mode : options.modes()) {
                tables.addAll(measure(cluster, mode));
            }
        }
        return new BenchReport("pipeline", tables);
    }

    private List<Comparison> measure(TestCluster cluster, RunSpec.Mode mode) throws IOException, InterruptedException {
        String name = "bench-" + mode.name().toLowerCase(Locale.ROOT);
        String yaml = specification(name, mode);
        RunSpec spec = new RunSpecParser().parse(options.run().toString(), yaml);
        KafkaSettings kafka = new KafkaSettings(cluster.bootstrapServers(), cluster.registryUrl());
        RunHistory history = new RunHistory();
        try (RunFeed feed = new RunFeed(kafka, Map.of(name, history))) {
            new ConsoleClient(cluster.consoleUrl()).submit(yaml);
            RunFollower.awaitTrained(spec, history);
            RunRecords records = RunRecords.of(history, spec.checkpoints().everySteps());
            return PipelineReport.of(mode.name(), records, options.warmUp());
        }
    }

    private String specification(String name, RunSpec.Mode mode) throws IOException {
        ObjectNode spec = (ObjectNode) YAML.readTree(Files.readString(options.run()));
        spec.put("name", name);
        spec.withObject("/training").put("steps", options.steps());
        spec.withObject("/dual").put("mode", mode.name()).put("primalSteps", options.primalSteps());
        spec.withObject("/evaluation")
                .put("every", Math.max(1, options.steps() / 3))
                .put("images", IMAGES)
                .put("finalImages", IMAGES);
        return YAML.writeValueAsString(spec);
    }
}
