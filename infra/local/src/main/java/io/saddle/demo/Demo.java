package io.saddle.demo;

import ai.djl.engine.Engine;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import io.saddle.artifact.ArtifactStore;
import io.saddle.artifact.ArtifactStores;
import io.saddle.cli.CommandException;
import io.saddle.cli.ConsoleClient;
import io.saddle.cli.ExitCode;
import io.saddle.cli.Progress;
import io.saddle.kafka.KafkaSettings;
import io.saddle.local.LocalSettings;
import io.saddle.schema.FidScore;
import io.saddle.schema.RunPhase;
import io.saddle.schema.RunStatus;
import io.saddle.spec.RunSpec;
import io.saddle.spec.RunSpecParser;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Function;
import org.apache.kafka.common.utils.AppInfoParser;

/**
 * The main job, end to end: trains the unconstrained and the constrained example through the running services, follows both on
 * the topics alone, and reports.
 */
public final class Demo {

    /**
     * What may be changed.
     *
     * @param out folder of the report
     * @param steps primal steps of each run; null as in the examples
     * @param images final samples of each run; null as in the examples
     */
    public record Options(Path out, Long steps, Integer images) {}

    private static final List<Integer> MINORITIES = List.of(4, 5, 7);
    private static final Duration LOOK_EVERY = Duration.ofMillis(500);
    private static final Duration SILENCE = Duration.ofMinutes(5);
    private static final YAMLMapper YAML = new YAMLMapper();

    private final LocalSettings settings;
    private final Path examples;
    private final Options options;
    private final Consumer<String> say;
    private final RunSpecParser parser = new RunSpecParser();
    private final Clock clock = Clock.systemUTC();

    /**
     * @param settings of the stack, which runs
     * @param examples folder of the example specifications
     * @param say takes lines for a person
     */
    public Demo(LocalSettings settings, Path examples, Options options, Consumer<String> say) {
        this.settings = settings;
        this.examples = examples;
        this.options = options;
        this.say = say;
    }

    /**
     * Runs the demo; takes minutes.
     *
     * @return whether everything that it promises was found
     * @throws CommandException if a run fails or nothing is heard of it
     */
    public boolean run() throws IOException, InterruptedException {
        String stamp = DateTimeFormatter.ofPattern("MMdd-HHmmss")
                .withZone(ZoneOffset.UTC)
                .format(clock.instant());
        String unconstrained = specification("mnist-unconstrained.yaml", "demo-unconstrained-" + stamp);
        String constrained = specification("mnist-minority.yaml", "demo-constrained-" + stamp);
        RunSpec without = parser.parse("mnist-unconstrained.yaml", unconstrained);
        RunSpec with = parser.parse("mnist-minority.yaml", constrained);
        Map<String, RunHistory> histories = new LinkedHashMap<>();
        histories.put(without.name(), new RunHistory());
        histories.put(with.name(), new RunHistory());
        KafkaSettings kafka = new KafkaSettings(settings.bootstrapServers(), settings.registryUrl());
        try (DemoFeed feed = new DemoFeed(kafka, histories)) {
            ConsoleClient console = new ConsoleClient(settings.consoleUrl());
            console.submit(unconstrained);
            console.submit(constrained);
            say.accept("submitted " + without.name() + " and " + with.name()
                    + "; both train on real digits, one after the other");
            for (RunSpec spec : List.of(without, with)) {
                awaitTrained(spec, histories.get(spec.name()));
            }
            for (RunSpec spec : List.of(without, with)) {
                awaitScored(spec, histories.get(spec.name()));
            }
        }
        RunHistory historyWithout = histories.get(without.name());
        RunHistory historyWith = histories.get(with.name());
        DemoResult result = new DemoEvaluation(MINORITIES)
                .evaluate(without, historyWithout, with, historyWith, versions(), clock.instant());
        Path report = new DemoReport(options.out()).write(result, grid(historyWithout), grid(historyWith));
        say.accept("");
        say.accept(DemoTable.of(result));
        say.accept(DemoTable.checks(result));
        say.accept("");
        say.accept("report:  " + report.toAbsolutePath());
        say.accept("numbers: " + options.out().resolve("result.json").toAbsolutePath());
        return result.allKept();
    }

    private String specification(String file, String name) throws IOException {
        ObjectNode spec = (ObjectNode) YAML.readTree(Files.readString(examples.resolve(file)));
        spec.put("name", name);
        if (options.steps() != null) {
            spec.withObject("/training").put("steps", options.steps());
        }
        if (options.images() != null) {
            spec.withObject("/evaluation").put("finalImages", options.images());
        }
        return YAML.writeValueAsString(spec);
    }

    private void awaitTrained(RunSpec spec, RunHistory history) throws InterruptedException {
        try (Progress progress = Progress.start(spec.name(), spec.training().steps())) {
            await(spec, history, seen -> {
                Optional<RunStatus> status = seen.status();
                status.ifPresent(now -> progress.at(now.getStep(), message(now, seen)));
                return status.map(RunStatus::getPhase)
                        .filter(phase -> phase == RunPhase.COMPLETED)
                        .isPresent();
            });
        }
    }

    private void awaitScored(RunSpec spec, RunHistory history) throws InterruptedException {
        if (history.finalScore().isEmpty()) {
            say.accept(
                    spec.name() + ": drawing and judging " + spec.evaluation().finalImages() + " samples");
        }
        await(spec, history, seen -> seen.finalScore().isPresent());
    }

    private static String message(RunStatus status, RunHistory history) {
        List<FidScore> scores = history.scores();
        String fid = scores.isEmpty()
                ? ""
                : String.format(
                        Locale.ROOT, ", FID %.1f", scores.get(scores.size() - 1).getFid());
        return status.getPhase().name().toLowerCase(Locale.ROOT).replace('_', ' ') + ", dual step "
                + status.getDualStep() + fid;
    }

    /** Waits for {@code done}; a run that fails, or of which nothing new is heard for long, ends the demo. */
    private void await(RunSpec spec, RunHistory history, Function<RunHistory, Boolean> done)
            throws InterruptedException {
        int heard = -1;
        long heardNanos = System.nanoTime();
        while (!done.apply(history)) {
            RunPhase phase = history.status().map(RunStatus::getPhase).orElse(RunPhase.QUEUED);
            if (phase == RunPhase.FAILED || phase == RunPhase.STOPPED) {
                throw new CommandException(
                        ExitCode.FAILED,
                        "run '" + spec.name() + "' ended as " + phase + ": "
                                + history.status().orElseThrow().getMessage());
            }
            int now = history.summaries().size() + history.scores().size() + history.snapshots();
            if (now != heard || phase == RunPhase.QUEUED) {
                heard = now;
                heardNanos = System.nanoTime();
            } else if (System.nanoTime() - heardNanos > SILENCE.toNanos()) {
                throw new CommandException(
                        ExitCode.FAILED,
                        "nothing was heard of run '" + spec.name() + "' for " + SILENCE.toMinutes() + " minutes (phase "
                                + phase + "); './saddle status' shows the services and their logs");
            }
            Thread.sleep(LOOK_EVERY.toMillis());
        }
    }

    private byte[] grid(RunHistory history) throws IOException {
        FidScore score = history.finalScore().orElseThrow();
        ArtifactStore store = ArtifactStores.open(settings.artifactsRoot());
        return Files.readAllBytes(store.verified(score.getGrid()));
    }

    private static Map<String, String> versions() {
        Map<String, String> versions = new LinkedHashMap<>();
        String saddle = Demo.class.getPackage().getImplementationVersion();
        versions.put("saddle", saddle == null ? "(not packaged)" : saddle);
        versions.put("DJL PyTorch", Engine.getDjlVersion());
        versions.put("Kafka clients", AppInfoParser.getVersion());
        versions.put("Java", Runtime.version().toString());
        versions.put("OS", System.getProperty("os.name") + " " + System.getProperty("os.arch"));
        versions.put("processors", Integer.toString(Runtime.getRuntime().availableProcessors()));
        return versions;
    }
}
