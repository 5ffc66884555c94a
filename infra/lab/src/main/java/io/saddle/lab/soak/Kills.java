package io.saddle.lab.soak;

import io.saddle.lab.report.FollowedRun;
import io.saddle.run.spec.RunSpec;
import io.saddle.schema.RunPhase;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;

/** Kill -9 at random moments, of every process in turn, sometimes of two at once. */
final class Kills extends Scenario {

    static final List<String> PROCESSES = List.of(
            "broker", "registry", "dual-updater", "primal-trainer", "constraint-evaluator", "fid-evaluator", "console");
    private static final int LONGEST_PAUSE_MILLIS = 3000;
    private static final int LONGEST_ABSENCE_MILLIS = 2000;
    private static final double TWO_AT_ONCE = 0.2;

    private final Intensity intensity;
    private final RunSpec.Mode mode;
    private final Random random;
    private final Map<String, Integer> killed = new TreeMap<>();
    private List<String> bag = List.of();
    private int runs;

    Kills(Intensity intensity, RunSpec.Mode mode, long seed) {
        super(
                mode == RunSpec.Mode.LOCKSTEP ? "kills" : "kills-" + mode.name().toLowerCase(Locale.ROOT),
                intensity.kills() + " x kill -9 of any process at random moments, " + mode);
        this.mode = mode;
        this.intensity = intensity;
        this.random = new Random(seed);
    }

    @Override
    List<Claim> run(SoakStack stack) throws Exception {
        List<Claim> claims = new ArrayList<>();
        while (total() < intensity.kills()) {
            SoakSpec spec =
                    SoakSpec.of(name() + "-" + ++runs, intensity.steps()).in(mode);
            RunLog undisturbed = stack.undisturbed(spec);
            int before = total();
            FollowedRun history = stack.submit(spec);
            while (total() < intensity.kills() && SoakStack.phase(history) != RunPhase.COMPLETED) {
                killAtRandom(stack, history);
            }
            RunLog log = stack.ended(spec);
            int kills = total() - before;
            for (Claim claim : Audit.likeUndisturbed(undisturbed, log, spec.steps())) {
                claims.add(claim.with(" (run " + runs + ", " + kills + " kills)"));
            }
        }
        if (intensity.kills() >= PROCESSES.size()) {
            claims.add(new Claim(
                    "every process was among the killed", killed.size() == PROCESSES.size(), killed.toString()));
        }
        return claims;
    }

    private void killAtRandom(SoakStack stack, FollowedRun history) throws InterruptedException {
        long steps = history.summaries().size();
        // Some kills hit a run on its way, others one that has not got over the last kill yet.
        if (random.nextInt(4) > 0) {
            stack.awaitSteps(history, steps + 1);
        }
        Thread.sleep(random.nextInt(LONGEST_PAUSE_MILLIS));
        if (SoakStack.phase(history) == RunPhase.COMPLETED) {
            return;
        }
        Set<String> victims = new LinkedHashSet<>(List.of(next()));
        if (random.nextDouble() < TWO_AT_ONCE && total() < intensity.kills()) {
            victims.add(next());
        }
        stack.say(String.format(
                "kill %d of %d: %s at step %d", total(), intensity.kills(), String.join(" and ", victims), steps));
        victims.forEach(stack.cluster()::kill);
        Thread.sleep(random.nextInt(LONGEST_ABSENCE_MILLIS));
        // What others need to start comes up first.
        PROCESSES.stream().filter(victims::contains).forEach(stack.cluster()::restart);
    }

    private String next() {
        if (bag.isEmpty()) {
            bag = new ArrayList<>(PROCESSES);
            Collections.shuffle(bag, random);
        }
        String victim = bag.remove(bag.size() - 1);
        killed.merge(victim, 1, Integer::sum);
        return victim;
    }

    private int total() {
        return killed.values().stream().mapToInt(Integer::intValue).sum();
    }
}
