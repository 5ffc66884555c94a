package io.saddle.lab.soak;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.saddle.cli.connection.ConsoleClient;
import io.saddle.lab.report.FollowedRun;
import io.saddle.lab.report.Promotion;
import io.saddle.run.spec.ConstraintKinds;
import io.saddle.schema.ConstraintMultiplier;
import io.saddle.schema.LossEstimate;
import io.saddle.schema.ModelSnapshot;
import io.saddle.schema.MultiplierUpdate;
import io.saddle.schema.RunPhase;
import io.saddle.schema.SnapshotWeights;
import io.saddle.stack.testing.TestCluster;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/**
 * Two deployments of the constraint evaluator that take a constraint of a run over from each other, each time through the shadow.
 * Both are the same code: nothing may show but the name of who measured.
 */
final class EvaluatorSwaps implements AutoCloseable {

    static final String EVALUATOR = "constraint-evaluator";
    private static final String DEPLOYMENT = "beside";
    private static final List<String> NAMES =
            List.of(ConstraintKinds.DENOISING_LOSS, ConstraintKinds.DENOISING_LOSS + "-" + DEPLOYMENT);
    private static final String CONSTRAINT = "digit-4";
    private static final int PAIRS = 2;

    private final SoakStack stack;
    private final SoakSpec spec;
    private final TestCluster beside;
    private final Map<Integer, String> inForce = new TreeMap<>(Map.of(1, NAMES.get(0)));
    private int swaps;

    private EvaluatorSwaps(SoakStack stack, SoakSpec spec, TestCluster beside) {
        this.stack = stack;
        this.spec = spec;
        this.beside = beside;
    }

    /** Starts the second deployment; it ends with this. */
    static EvaluatorSwaps start(SoakStack stack, SoakSpec spec) {
        return new EvaluatorSwaps(
                stack,
                spec,
                stack.cluster().another(List.of("-Dsaddle.evaluator.deployment=" + DEPLOYMENT), EVALUATOR));
    }

    /** Ends the second deployment as kill -9 does, and starts it again. */
    void killAndRestart() {
        beside.kill(EVALUATOR);
        beside.restart(EVALUATOR);
    }

    /** The one that does not measure takes over; returns when a dual step was made of its estimate. */
    void swap(FollowedRun history) throws InterruptedException {
        String next = NAMES.get(++swaps % NAMES.size());
        String shadow = CONSTRAINT + "." + next;
        long before = countOf(history, shadow);
        console().changeConstraint(spec.name(), CONSTRAINT, "shadow", request().put("evaluator", next));
        stack.await("estimates from the shadow", () -> isOver(history) || countOf(history, shadow) >= before + PAIRS);
        int version = promoted(shadow);
        inForce.put(version, next);
        stack.await("a dual step by " + next, () -> isOver(history) || versionInUse(history) == version);
        if (isOver(history)) {
            throw new IllegalStateException("the run was over after " + swaps + " swaps");
        }
        stack.say(String.format(
                "swap %d: %s since step %d", swaps, next, history.summaries().size()));
    }

    private int promoted(String shadow) throws InterruptedException {
        List<JsonNode> inForceNow = new ArrayList<>();
        stack.await("the console to see that " + shadow + " is measured", () -> {
            Promotion.tried(console(), spec.name(), shadow, request()).ifPresent(inForceNow::add);
            return !inForceNow.isEmpty();
        });
        return inForceNow.get(0).path("version").asInt();
    }

    private ConsoleClient console() {
        return new ConsoleClient(stack.cluster().consoleUrl());
    }

    private ObjectNode request() {
        return JsonNodeFactory.instance.objectNode().put("by", "soak").put("reason", "swap " + swaps);
    }

    private static boolean isOver(FollowedRun history) {
        return SoakStack.phase(history) == RunPhase.COMPLETED;
    }

    private static long countOf(FollowedRun history, String constraint) {
        return history.estimates().stream()
                .filter(estimate -> estimate.getConstraintId().equals(constraint))
                .count();
    }

    private static int versionInUse(FollowedRun history) {
        List<MultiplierUpdate> updates = history.multipliers();
        for (int i = updates.size() - 1; i >= 0; i--) {
            for (ConstraintMultiplier row : updates.get(i).getConstraints()) {
                if (row.getConstraintId().equals(CONSTRAINT) && row.getLoss() != null) {
                    return row.getVersion();
                }
            }
        }
        return 0;
    }

    /** The claims about the run whose evaluator was swapped. */
    List<Claim> claims(RunLog log) {
        List<String> movers = new ArrayList<>();
        Set<Integer> moved = new HashSet<>();
        List<String> wrong = new ArrayList<>();
        List<String> broken = new ArrayList<>();
        Map<String, Double> last = new HashMap<>();
        for (MultiplierUpdate update : log.updates()) {
            for (ConstraintMultiplier row : update.getConstraints()) {
                double expected = last.getOrDefault(row.getConstraintId(), row.getBefore());
                if (expected != row.getBefore()) {
                    broken.add("dual step " + update.getDualStep() + ": " + row.getConstraintId() + " begins at "
                            + row.getBefore() + ", not at " + expected);
                }
                last.put(row.getConstraintId(), row.getAfter());
                if (row.getConstraintId().equals(CONSTRAINT) && row.getLoss() != null) {
                    movers.add(row.getEvaluator());
                    moved.add(row.getVersion());
                    if (!row.getEvaluator().equals(inForce.get(row.getVersion()))) {
                        wrong.add("dual step " + update.getDualStep() + ": version " + row.getVersion() + " by "
                                + row.getEvaluator());
                    }
                }
            }
        }
        // By version and not by change of evaluator: the first swap may come before the first evaluator has moved
        // anything.
        moved.remove(1);
        long seen = moved.size();
        Map<String, Integer> steps = new TreeMap<>();
        movers.forEach(mover -> steps.merge(mover, 1, Integer::sum));
        return List.of(
                new Claim(
                        "each dual step was moved by the evaluator that its version of the constraint names",
                        wrong.isEmpty(),
                        wrong.isEmpty() ? steps.toString() : wrong.toString()),
                Claim.equal("every swap shows in the log of multipliers", (long) swaps, seen),
                new Claim(
                        "each multiplier carries on where it was",
                        broken.isEmpty(),
                        broken.isEmpty() ? log.updates().size() + " dual steps" : broken.toString()),
                sameInBoth(log));
    }

    /**
     * The same code and draws give the same number, whichever deployment measures. A trainer that was killed takes some steps again,
     * in ASYNC with other multipliers: what is announced twice with other weights is not one snapshot, and is set aside.
     */
    private static Claim sameInBoth(RunLog log) {
        Map<Long, Map<String, Double>> byStep = new TreeMap<>();
        for (LossEstimate estimate : log.estimates()) {
            if (estimate.getConstraintId().split("\\.")[0].equals(CONSTRAINT)) {
                byStep.computeIfAbsent(estimate.getStep(), step -> new TreeMap<>())
                        .put(estimate.getEvaluator(), estimate.getLoss());
            }
        }
        byStep.values().removeIf(losses -> losses.size() < 2);
        int measured = byStep.size();
        byStep.keySet().removeAll(takenTwice(log));
        List<String> different = byStep.entrySet().stream()
                .filter(entry -> Set.copyOf(entry.getValue().values()).size() > 1)
                .map(entry -> "step " + entry.getKey() + ": " + entry.getValue())
                .toList();
        return new Claim(
                "both measure the same of one snapshot, bit for bit",
                different.isEmpty() && !byStep.isEmpty(),
                different.isEmpty()
                        ? byStep.size() + " snapshots measured by both, " + (measured - byStep.size()) + " set aside"
                        : different.toString());
    }

    /** Steps whose snapshot was announced with more than one content. */
    private static Set<Long> takenTwice(RunLog log) {
        Map<Long, Set<String>> contents = new TreeMap<>();
        for (ModelSnapshot snapshot : log.snapshots()) {
            if (snapshot.getWeights() == SnapshotWeights.RAW) {
                contents.computeIfAbsent(snapshot.getStep(), step -> new HashSet<>())
                        .add(snapshot.getArtifact().getSha256());
            }
        }
        contents.values().removeIf(digests -> digests.size() == 1);
        return contents.keySet();
    }

    @Override
    public void close() {
        beside.close();
    }
}
