package io.saddle.lab.demo;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import io.saddle.cli.connection.ConsoleClient;
import io.saddle.kafka.KafkaSettings;
import io.saddle.lab.report.FollowedRun;
import io.saddle.lab.report.HtmlPage;
import io.saddle.lab.report.OwnRuns;
import io.saddle.lab.report.Promotion;
import io.saddle.lab.report.ResultJson;
import io.saddle.lab.report.RunFeed;
import io.saddle.lab.report.RunFollower;
import io.saddle.run.spec.ConstraintKinds;
import io.saddle.run.spec.RunSpec;
import io.saddle.run.spec.RunSpecParser;
import io.saddle.schema.RunPhase;
import io.saddle.stack.LocalSettings;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.Consumer;

/**
 * An evaluator in another language takes over a constraint while the run trains: started beside it, put in the shadow,
 * compared, promoted. Everything is done through the console and seen on the topics.
 */
public final class SwapDemo {

    /** A line of the timeline. */
    public record Event(String time, long step, String what) {}

    /**
     * The length of it.
     *
     * @param steps primal steps of the run
     * @param dualSteps that the evaluator in Java makes before the other one is started
     * @param pairs snapshots measured by both before one takes over
     * @param samples draws of one estimate
     */
    public record Pace(long steps, int dualSteps, int pairs, int samples) {

        /** To look at. */
        public static final Pace SHOWN = new Pace(600, 8, 8, 256);
    }

    private static final String CONSTRAINT = "digit-4";
    private static final String SHADOW = CONSTRAINT + "." + NodeEvaluator.NAME;
    private static final String BY = "demo";

    private final OwnRuns runs;
    private final LocalSettings settings;
    private final Path root;
    private final Path out;
    private final Pace pace;
    private final Consumer<String> say;
    private final Clock clock = Clock.systemUTC();
    private final List<Event> timeline = new ArrayList<>();

    /**
     * @param runs submits its run
     * @param settings of the stack, which runs
     * @param root the project's folder
     * @param out folder of the report
     * @param pace how long it takes
     * @param say takes lines for a person
     */
    public SwapDemo(OwnRuns runs, LocalSettings settings, Path root, Path out, Pace pace, Consumer<String> say) {
        this.runs = runs;
        this.settings = settings;
        this.root = root;
        this.out = out;
        this.pace = pace;
        this.say = say;
    }

    /**
     * Plays it; takes minutes.
     *
     * @return whether everything that it promises was found
     * @throws io.saddle.cli.terminal.CommandException if the run or the evaluator fails, or Node.js is not there
     */
    public boolean run() throws IOException, InterruptedException {
        String yaml = specification();
        RunSpec spec = new RunSpecParser().parse("mnist-swap.yaml", yaml);
        FollowedRun history = new FollowedRun();
        KafkaSettings kafka = settings.kafka();
        ConsoleClient console = new ConsoleClient(settings);
        Path evaluator = root.resolve("infra/examples/node-evaluator");
        NodeEvaluator.install(evaluator, settings, say);
        try (RunFeed feed = new RunFeed(kafka, Map.of(spec.name(), history))) {
            runs.submit(spec.name(), yaml);
            event(
                    history,
                    "submitted " + spec.name() + ": " + CONSTRAINT + " is measured by " + ConstraintKinds.DENOISING_LOSS
                            + ", in Java");
            RunFollower.await(spec, history, seen -> seen.multipliers().size() >= pace.dualSteps());
            event(history, pace.dualSteps() + " dual steps are made; the evaluator in JavaScript is started beside");
            try (NodeEvaluator node = NodeEvaluator.start(evaluator, bundled(), settings)) {
                RunFollower.await(spec, history, seen -> isOffered(console, node));
                event(history, NodeEvaluator.NAME + " announces itself on saddle.evaluators");
                swap(spec, history, console, node);
                RunFollower.awaitTrained(spec, history);
                // The last summary may be behind the last word of the run's state: they are different topics.
                RunFollower.await(
                        spec,
                        history,
                        seen -> seen.summaries().size() >= spec.training().steps());
            }
            event(history, "the run is complete");
        }
        return report(spec, history);
    }

    private void swap(RunSpec spec, FollowedRun history, ConsoleClient console, NodeEvaluator node)
            throws InterruptedException {
        console.changeConstraint(
                spec.name(),
                CONSTRAINT,
                "shadow",
                request("compare before the swap").put("evaluator", NodeEvaluator.NAME));
        event(history, "it measures " + CONSTRAINT + " in the shadow: shown, moves nothing");
        RunFollower.await(spec, history, seen -> {
            node.requireAlive();
            return findings(seen, spec).pairs().size() >= pace.pairs() || isComplete(seen);
        });
        if (isComplete(history)) {
            event(
                    history,
                    "the run ended before " + pace.pairs() + " snapshots were measured by both: nothing was swapped");
            return;
        }
        SwapFindings.Check agreement = findings(history, spec).checks().get(0);
        event(history, agreement.found());
        if (!agreement.kept()) {
            event(history, "they do not measure the same: it stays in the shadow");
            return;
        }
        List<JsonNode> inForce = new ArrayList<>();
        RunFollower.await(spec, history, seen -> {
            node.requireAlive();
            Promotion.tried(console, spec.name(), SHADOW, request("they agree")).ifPresent(inForce::add);
            return !inForce.isEmpty();
        });
        JsonNode promoted = inForce.get(0);
        event(
                history,
                "promoted: version " + promoted.path("version").asInt() + " of " + CONSTRAINT + " names "
                        + promoted.path("evaluator").asText());
        RunFollower.await(spec, history, seen -> {
            node.requireAlive();
            return findings(seen, spec).movers().contains(NodeEvaluator.NAME) || isComplete(seen);
        });
        event(history, "the first dual step by " + NodeEvaluator.NAME);
    }

    private static ObjectNode request(String reason) {
        return JsonNodeFactory.instance.objectNode().put("by", BY).put("reason", reason);
    }

    private static boolean isComplete(FollowedRun history) {
        return history.status()
                .filter(status -> status.getPhase() == RunPhase.COMPLETED)
                .isPresent();
    }

    private static boolean isOffered(ConsoleClient console, NodeEvaluator node) {
        node.requireAlive();
        for (JsonNode instance : console.evaluators()) {
            for (JsonNode offered : instance.path("evaluators")) {
                if (offered.path("name").asText().equals(NodeEvaluator.NAME)) {
                    return true;
                }
            }
        }
        return false;
    }

    private static SwapFindings findings(FollowedRun history, RunSpec spec) {
        return SwapFindings.of(
                history,
                CONSTRAINT,
                SHADOW,
                ConstraintKinds.DENOISING_LOSS,
                NodeEvaluator.NAME,
                spec.training().steps());
    }

    private void event(FollowedRun history, String what) {
        long step = history.status().map(status -> status.getStep()).orElse(0L);
        String time =
                DateTimeFormatter.ofPattern("HH:mm:ss").withZone(ZoneOffset.UTC).format(clock.instant());
        timeline.add(new Event(time, step, what));
        say.accept(String.format(Locale.ROOT, "%s  step %4d  %s", time, step, what));
    }

    private boolean report(RunSpec spec, FollowedRun history) throws IOException {
        SwapFindings findings = findings(history, spec);
        Files.createDirectories(out);
        Path page = out.resolve("swap.html");
        Files.writeString(
                page,
                HtmlPage.render(
                        "/io/saddle/lab/demo/swap.html",
                        Map.of("multiplier", findings.multiplier(), "losses", findings.losses()),
                        Map.of(
                                "constraint",
                                CONSTRAINT,
                                "timeline",
                                timeline,
                                "checks",
                                findings.checks(),
                                "run",
                                spec.name())));
        Files.writeString(
                out.resolve("swap.json"),
                ResultJson.MAPPER.writeValueAsString(Map.of(
                        "run", spec.name(),
                        "timeline", timeline,
                        "checks", findings.checks(),
                        "multiplier", findings.multiplier(),
                        "losses", findings.losses())));
        say.accept("");
        findings.checks()
                .forEach(check -> say.accept(
                        (check.kept() ? "  kept      " : "  NOT KEPT  ") + check.promise() + ": " + check.found()));
        say.accept("");
        say.accept("picture of the multiplier across the swap: " + page.toAbsolutePath());
        return findings.allKept();
    }

    private String specification() throws IOException {
        YAMLMapper yaml = new YAMLMapper();
        ObjectNode spec = (ObjectNode) yaml.readTree(Files.readString(root.resolve("infra/examples/mnist-swap.yaml")));
        String stamp = DateTimeFormatter.ofPattern("MMdd-HHmmss")
                .withZone(ZoneOffset.UTC)
                .format(Instant.now(clock));
        spec.withObject("/training").put("steps", pace.steps()).put("warmupSteps", pace.steps() / 6);
        spec.withArray("/constraints")
                .forEach(constraint -> ((ObjectNode) constraint).put("evaluationSamples", pace.samples()));
        return yaml.writeValueAsString(spec.put("name", "demo-swap-" + stamp));
    }

    private Path bundled() {
        return root.resolve("services/shared/diffusion/src/main/resources/io/saddle/diffusion/data");
    }
}
