package io.saddle.soak;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.saddle.cli.ConsoleClient;
import io.saddle.local.TestCluster;
import io.saddle.report.RunHistory;
import io.saddle.schema.ConstraintMultiplier;
import io.saddle.schema.LossEstimate;
import io.saddle.schema.MultiplierUpdate;
import io.saddle.schema.RunPhase;
import io.saddle.spec.ConstraintKinds;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;

/**
 * Two deployments of the constraint evaluator take a constraint over from each other, again and again while its run trains and
 * another one beside it; after each exchange something is killed. Both deployments are the same code: in LOCKSTEP nothing of it
 * may show but the name of who measured.
 */
final class Swaps implements Scenario {

    private static final String EVALUATOR = "constraint-evaluator";
    private static final String DEPLOYMENT = "beside";
    private static final List<String> NAMES =
            List.of(ConstraintKinds.DENOISING_LOSS, ConstraintKinds.DENOISING_LOSS + "-" + DEPLOYMENT);
    private static final String CONSTRAINT = "digit-4";
    private static final int PAIRS = 2;
    /** Enough for the run to go on until the last swap. */
    private static final long LOCKSTEP_STEPS = 60;

    private static final long ASYNC_STEPS = 240;

    private final int swaps;
    private final boolean lockstep;
    private final Random random;

    Swaps(Intensity intensity, boolean lockstep, long seed) {
        this.swaps = intensity.swaps();
        this.lockstep = lockstep;
        this.random = new Random(seed);
    }

    @Override
    public String name() {
        return "swaps-" + (lockstep ? "lockstep" : "async");
    }

    @Override
    public String fault() {
        return swaps + " swaps of a constraint's evaluator in one run, a kill -9 after each, another run beside it, "
                + (lockstep ? "LOCKSTEP" : "ASYNC");
    }

    @Override
    public boolean ownStack() {
        return true;
    }

    @Override
    public Map<String, String> environment() {
        return Map.of("SADDLE_TRAINER_MAX_CONCURRENT_RUNS", "2");
    }

    @Override
    public List<Claim> run(SoakStack stack) throws Exception {
        SoakSpec spec = lockstep
                ? SoakSpec.of(name(), swaps * LOCKSTEP_STEPS)
                : SoakSpec.of(name(), swaps * ASYNC_STEPS).async().with("/dual/maxStaleSteps", 25);
        RunLog undisturbed = lockstep ? stack.undisturbed(spec) : null;
        Map<Integer, String> inForce = new TreeMap<>(Map.of(1, NAMES.get(0)));
        RunLog log;
        try (TestCluster beside =
                stack.cluster().another(List.of("-Dsaddle.evaluator.deployment=" + DEPLOYMENT), EVALUATOR)) {
            SoakSpec load = SoakSpec.of(name() + "-load", 1_000_000)
                    .async()
                    .with("/dual/maxStaleSteps", 50)
                    .with("/evaluation/every", 0);
            RunHistory other = stack.submit(load);
            stack.awaitSteps(other, 1);
            RunHistory history = stack.submit(spec);
            for (int swap = 1; swap <= swaps; swap++) {
                swap(stack, spec, history, swap, inForce);
                kill(stack, beside);
            }
            log = stack.ended(spec);
            console(stack).change(load.name(), "stop");
            stack.await("the end of the run beside it", () -> SoakStack.phase(other) == RunPhase.STOPPED);
        }
        List<Claim> claims = new ArrayList<>(
                lockstep ? Audit.likeUndisturbed(undisturbed, log, spec.steps()) : Audit.complete(log, spec.steps()));
        claims.addAll(claims(log, inForce));
        return claims;
    }

    private void swap(SoakStack stack, SoakSpec spec, RunHistory history, int swap, Map<Integer, String> inForce)
            throws InterruptedException {
        String next = NAMES.get(swap % NAMES.size());
        String shadow = CONSTRAINT + "." + next;
        long before = countOf(history, shadow);
        console(stack)
                .changeConstraint(
                        spec.name(), CONSTRAINT, "shadow", request(swap).put("evaluator", next));
        stack.await("estimates from the shadow", () -> isOver(history) || countOf(history, shadow) >= before + PAIRS);
        int version = console(stack)
                .changeConstraint(spec.name(), shadow, "promote", request(swap))
                .path("version")
                .asInt();
        inForce.put(version, next);
        stack.await("a dual step by " + next, () -> isOver(history) || versionInUse(history) == version);
        if (isOver(history)) {
            throw new IllegalStateException("the run was over after " + swap + " of " + swaps + " swaps");
        }
        stack.say(String.format(
                "swap %d of %d: %s since step %d",
                swap, swaps, next, history.summaries().size()));
    }

    private void kill(SoakStack stack, TestCluster beside) {
        int victim = random.nextInt(Kills.PROCESSES.size() + 1);
        if (victim == Kills.PROCESSES.size()) {
            stack.say("kill: the other " + EVALUATOR);
            beside.kill(EVALUATOR);
            beside.restart(EVALUATOR);
        } else {
            stack.say("kill: " + Kills.PROCESSES.get(victim));
            stack.killAndRestart(Kills.PROCESSES.get(victim));
        }
    }

    private static ConsoleClient console(SoakStack stack) {
        return new ConsoleClient(stack.cluster().consoleUrl());
    }

    private static ObjectNode request(int swap) {
        return JsonNodeFactory.instance.objectNode().put("by", "soak").put("reason", "swap " + swap);
    }

    private static boolean isOver(RunHistory history) {
        return SoakStack.phase(history) == RunPhase.COMPLETED;
    }

    private static long countOf(RunHistory history, String constraint) {
        return history.estimates().stream()
                .filter(estimate -> estimate.getConstraintId().equals(constraint))
                .count();
    }

    private static int versionInUse(RunHistory history) {
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

    private List<Claim> claims(RunLog log, Map<Integer, String> inForce) {
        List<String> movers = new ArrayList<>();
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
                    if (!row.getEvaluator().equals(inForce.get(row.getVersion()))) {
                        wrong.add("dual step " + update.getDualStep() + ": version " + row.getVersion() + " by "
                                + row.getEvaluator());
                    }
                }
            }
        }
        long seen = 0;
        for (int i = 1; i < movers.size(); i++) {
            seen += movers.get(i).equals(movers.get(i - 1)) ? 0 : 1;
        }
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

    /** The same code and draws give the same number, whichever deployment measures. */
    private static Claim sameInBoth(RunLog log) {
        Map<Long, Double> inForce = new HashMap<>();
        for (LossEstimate estimate : log.estimates()) {
            if (estimate.getConstraintId().equals(CONSTRAINT)) {
                inForce.put(estimate.getStep(), estimate.getLoss());
            }
        }
        List<String> different = new ArrayList<>();
        int pairs = 0;
        for (LossEstimate estimate : log.estimates()) {
            Double other = inForce.get(estimate.getStep());
            if (estimate.getShadow() && other != null) {
                pairs++;
                if (other != estimate.getLoss()) {
                    different.add("step " + estimate.getStep() + ": " + other + " and " + estimate.getLoss());
                }
            }
        }
        return new Claim(
                "both measure the same of one snapshot",
                different.isEmpty() && pairs > 0,
                different.isEmpty() ? pairs + " snapshots measured by both" : different.toString());
    }
}
