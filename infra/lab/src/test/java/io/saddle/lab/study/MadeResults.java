package io.saddle.lab.study;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** A study of two variants and results that nobody trained for. */
final class MadeResults {

    static final String YAML = """
            name: made
            title: Made <up>
            question: Does it hold?
            base: {training: {steps: 10}, constraints: [{id: four, threshold: 0.1, data: {classes: {4: {}}}}]}
            rare: [4]
            variants:
              - {name: free, set: {constraints: []}}
              - {name: held, title: under a constraint, against: free}
            seeds: [1, 2, 3]
            quick: {training: {steps: 2}}
            """;

    private MadeResults() {}

    static Study study(Path folder) {
        try {
            return StudyParser.read(Files.writeString(folder.resolve("made.yaml"), YAML));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    static List<PlannedRun> plan(Study study) {
        return StudyPlan.of(study, Set.of("free", "held"), study.seeds(), false);
    }

    static RunResult result(PlannedRun run, double rareShare, double frechet, double heldOutLoss) {
        ObjectNode machine =
                JsonNodeFactory.instance.objectNode().put("cpu", "a processor").put("cores", 2);
        boolean held = run.variant().name().equals("held");
        return new RunResult(
                "made",
                run.variant().name(),
                run.seed(),
                run.hash(),
                run.specification(),
                machine,
                "./saddle experiment study made",
                Instant.EPOCH,
                Instant.EPOCH.plusSeconds(60),
                new RunResult.Seconds(50, 1, 9, 60),
                run.runName(),
                Map.of("4", rareShare),
                rareShare,
                0.5 * rareShare,
                "a classifier",
                0.99,
                "a reference",
                List.of(new RunResult.Measure(
                        "Frechet distance", "a network", 100, frechet, 5.0, 0.1, 0.01, 0.0, 0.7, 0.5, 1.0, 0.6)),
                held ? Map.of("four", 0.2) : Map.of(),
                held ? Map.of("objective", 0.8, "four", 0.2) : Map.of("objective", 1.0),
                held ? List.of(new RunResult.Requirement("four", true, 0.09, 0.1, heldOutLoss, 0.001)) : List.of(),
                0.08,
                new RunResult.Best(10, 0.0, frechet, 1),
                null,
                List.of());
    }

    /** The same result with another classifier. */
    static RunResult judgedBy(String classifier, RunResult own) {
        return with(own.shares(), classifier, own.requirements(), own);
    }

    /** The same result with other shares of the classes. */
    static RunResult seeing(Map<String, Double> shares, RunResult own) {
        return with(shares, own.classifier(), own.requirements(), own);
    }

    /** The same result with one more constraint. */
    static RunResult requiring(RunResult.Requirement another, RunResult own) {
        List<RunResult.Requirement> all = new ArrayList<>(own.requirements());
        all.add(another);
        return with(own.shares(), own.classifier(), all, own);
    }

    private static RunResult with(
            Map<String, Double> shares, String classifier, List<RunResult.Requirement> requirements, RunResult own) {
        return new RunResult(
                own.study(),
                own.variant(),
                own.seed(),
                own.hash(),
                own.specification(),
                own.machine(),
                own.command(),
                own.startedAt(),
                own.finishedAt(),
                own.seconds(),
                own.run(),
                shares,
                own.rareShare(),
                own.mixtureRareShare(),
                classifier,
                own.classifierAccuracy(),
                own.reference(),
                own.measures(),
                own.multipliers(),
                own.mixture(),
                requirements,
                own.heldOutObjective(),
                own.best(),
                own.memorised(),
                own.alerts());
    }
}
