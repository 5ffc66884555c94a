package io.saddle.lab.demo;

import io.saddle.artifact.ArtifactStore;
import io.saddle.artifact.access.ArtifactStores;
import io.saddle.kafka.KafkaSettings;
import io.saddle.lab.report.FollowedRun;
import io.saddle.lab.report.OwnRuns;
import io.saddle.lab.report.RunFeed;
import io.saddle.lab.report.RunFollower;
import io.saddle.lab.report.Versions;
import io.saddle.run.spec.RunSpec;
import io.saddle.run.spec.RunSpecParser;
import io.saddle.schema.FidScore;
import io.saddle.stack.LocalSettings;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;

/**
 * The main job, end to end: trains the unconstrained and the constrained example through the running services, follows both on
 * the topics alone, and reports.
 */
public final class Demo {

    private static final String UNCONSTRAINED = "mnist-unconstrained.yaml";
    private static final String CONSTRAINED = "mnist-minority.yaml";
    private static final List<Integer> MINORITIES = List.of(4, 5, 7);

    private final OwnRuns runs;
    private final LocalSettings settings;
    private final Path examples;
    private final DemoOptions options;
    private final Consumer<String> say;
    private final RunSpecParser parser = new RunSpecParser();
    private final Clock clock = Clock.systemUTC();

    /**
     * @param runs submits them
     * @param settings of the stack, which runs
     * @param examples folder of the example specifications
     * @param say takes lines for a person
     */
    public Demo(OwnRuns runs, LocalSettings settings, Path examples, DemoOptions options, Consumer<String> say) {
        this.runs = runs;
        this.settings = settings;
        this.examples = examples;
        this.options = options;
        this.say = say;
    }

    /**
     * Runs the demo; takes minutes.
     *
     * @return whether everything that it promises was found
     * @throws io.saddle.cli.terminal.CommandException if a run fails or nothing is heard of it
     */
    public boolean run() throws IOException, InterruptedException {
        String stamp = DateTimeFormatter.ofPattern("MMdd-HHmmss")
                .withZone(ZoneOffset.UTC)
                .format(clock.instant());
        String unconstrained = options.specification(examples.resolve(UNCONSTRAINED), "demo-unconstrained-" + stamp);
        String constrained = options.specification(examples.resolve(CONSTRAINED), "demo-constrained-" + stamp);
        RunSpec without = parser.parse(UNCONSTRAINED, unconstrained);
        RunSpec with = parser.parse(CONSTRAINED, constrained);
        Map<String, FollowedRun> histories = new LinkedHashMap<>();
        histories.put(without.name(), new FollowedRun());
        histories.put(with.name(), new FollowedRun());
        KafkaSettings kafka = settings.kafka();
        try (RunFeed feed = new RunFeed(kafka, histories)) {
            runs.submit(without.name(), unconstrained);
            runs.submit(with.name(), constrained);
            say.accept("submitted " + without.name() + " and " + with.name()
                    + "; both train on real digits, one after the other");
            say.accept("compared as they train: " + settings.consoleUrl() + "/#/compare?runs=" + without.name() + ","
                    + with.name());
            for (RunSpec spec : List.of(without, with)) {
                RunFollower.awaitTrained(spec, histories.get(spec.name()));
            }
            for (RunSpec spec : List.of(without, with)) {
                awaitScored(spec, histories.get(spec.name()));
            }
        }
        FollowedRun historyWithout = histories.get(without.name());
        FollowedRun historyWith = histories.get(with.name());
        DemoResult result = new DemoEvaluation(MINORITIES)
                .evaluate(without, historyWithout, with, historyWith, Versions.all(), clock.instant());
        say.accept("");
        say.accept(DemoTable.of(result));
        say.accept(DemoTable.checks(result));
        say.accept("");
        Path report = DemoReport.write(options.out(), result, grid(historyWithout), grid(historyWith));
        say.accept("report:  " + report.toAbsolutePath());
        say.accept("numbers: " + options.out().resolve("result.json").toAbsolutePath());
        return result.allKept();
    }

    private void awaitScored(RunSpec spec, FollowedRun history) throws InterruptedException {
        if (history.finalScore().isEmpty()) {
            say.accept(
                    spec.name() + ": drawing and judging " + spec.evaluation().finalImages() + " samples");
        }
        RunFollower.awaitJudged(spec, history);
    }

    private byte[] grid(FollowedRun history) throws IOException {
        FidScore score = history.finalScore().orElseThrow();
        ArtifactStore store = ArtifactStores.open(settings.artifacts());
        return Files.readAllBytes(store.verified(score.getGrid()));
    }
}
