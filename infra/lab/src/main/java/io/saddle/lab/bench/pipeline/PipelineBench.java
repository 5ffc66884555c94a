package io.saddle.lab.bench.pipeline;

import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import io.saddle.cli.connection.ConsoleClient;
import io.saddle.cli.terminal.Progress;
import io.saddle.kafka.KafkaSettings;
import io.saddle.lab.bench.BenchException;
import io.saddle.lab.bench.BenchReport;
import io.saddle.lab.bench.Comparison;
import io.saddle.run.spec.RunSpec;
import io.saddle.run.spec.RunSpecParser;
import io.saddle.schema.RunPhase;
import io.saddle.schema.RunStatus;
import io.saddle.stack.testing.TestCluster;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.function.Consumer;

/** Trains on a stack of its own, in a folder of its own and on free ports, and measures from what the topics say. */
public final class PipelineBench {

    /**
     * What is measured.
     *
     * @param run the specification to train, shortened
     * @param modes of the dual side, one run each
     * @param steps primal steps of each run
     * @param primalSteps primal steps between two snapshots for the dual side
     * @param warmUp steps at the beginning that do not count: compilers, caches, the first network
     */
    public record Options(Path run, List<RunSpec.Mode> modes, long steps, long primalSteps, long warmUp) {}

    private static final int IMAGES = 64;
    private static final Duration LOOK_EVERY = Duration.ofMillis(200);
    private static final Duration SILENCE = Duration.ofMinutes(5);
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
     * @throws BenchException if a run fails or nothing is heard of it
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
        try (RunRecorder recorder = new RunRecorder(kafka, name)) {
            new ConsoleClient(cluster.consoleUrl()).submit(yaml);
            awaitTrained(spec, recorder);
            RunRecords records = recorder.records(spec.checkpoints().everySteps());
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

    /** Also until every summary is there: the status comes right behind the last one. */
    private void awaitTrained(RunSpec spec, RunRecorder recorder) throws InterruptedException {
        int heard = -1;
        long heardNanos = System.nanoTime();
        try (Progress progress =
                Progress.start(spec.dual().mode().name(), spec.training().steps())) {
            while (!isComplete(recorder.status())) {
                recorder.status().ifPresent(now -> progress.at(now.getStep(), "dual step " + now.getDualStep()));
                int now = recorder.heard();
                if (now != heard) {
                    heard = now;
                    heardNanos = System.nanoTime();
                } else if (System.nanoTime() - heardNanos > SILENCE.toNanos()) {
                    throw new BenchException(
                            "nothing was heard of run '" + spec.name() + "' for " + SILENCE.toMinutes() + " minutes");
                }
                Thread.sleep(LOOK_EVERY.toMillis());
            }
        }
    }

    private static boolean isComplete(Optional<RunStatus> status) {
        RunPhase phase = status.map(RunStatus::getPhase).orElse(RunPhase.QUEUED);
        if (phase == RunPhase.FAILED || phase == RunPhase.STOPPED) {
            throw new BenchException(
                    "the run ended as " + phase + ": " + status.get().getMessage());
        }
        return phase == RunPhase.COMPLETED;
    }
}
