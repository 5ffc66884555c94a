package io.saddle.lab.soak;

import io.saddle.lab.report.FollowedRun;
import io.saddle.run.spec.RunSpec;
import io.saddle.schema.RunPhase;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Random;

/**
 * Kill -9 of the broker at random moments, each after all that hangs on it has got over the one before: how long a LOCKSTEP run, which
 * needs trainer, evaluator and dual updater for each dual step, stands still from the kill on, the broker's absence and start among it.
 */
final class BrokerKills extends Scenario {

    /**
     * A consumer that the broker forgets waits for max.poll.interval.ms, five minutes, if nobody looks; a member of a group joins anew after
     * one.
     */
    private static final Duration LONGEST = Duration.ofMinutes(2);

    private static final int LONGEST_PAUSE_MILLIS = 3000;
    private static final int LONGEST_ABSENCE_MILLIS = 2000;
    /** One may have been made before the kill, and be read after it. */
    private static final int DUAL_STEPS_AFTER = 3;

    private final Intensity intensity;
    private final Random random;
    private final List<Duration> waits = new ArrayList<>();

    BrokerKills(Intensity intensity, long seed) {
        super("broker-kills", intensity.kills() + " x kill -9 of the broker, LOCKSTEP");
        this.intensity = intensity;
        this.random = new Random(seed);
    }

    @Override
    List<Claim> run(SoakStack stack) throws Exception {
        List<Claim> claims = new ArrayList<>();
        for (int run = 1; waits.size() < intensity.kills(); run++) {
            SoakSpec spec =
                    SoakSpec.of("broker-killed-" + run, intensity.steps()).in(RunSpec.Mode.LOCKSTEP);
            RunLog undisturbed = stack.undisturbed(spec);
            FollowedRun history = stack.submit(spec);
            int before = waits.size();
            while (waits.size() < intensity.kills() && SoakStack.phase(history) != RunPhase.COMPLETED) {
                kill(stack, history);
            }
            RunLog log = stack.ended(spec);
            for (Claim claim : Audit.likeUndisturbed(undisturbed, log, spec.steps())) {
                claims.add(claim.with(" (run " + run + ", " + (waits.size() - before) + " kills)"));
            }
        }
        claims.add(new Claim(
                "dual steps go on within " + LONGEST.toSeconds() + " s after each kill",
                waits.stream().allMatch(wait -> wait.compareTo(LONGEST) <= 0),
                seen()));
        return claims;
    }

    private void kill(SoakStack stack, FollowedRun history) throws InterruptedException {
        awaitDualSteps(stack, history, 1);
        Thread.sleep(random.nextInt(LONGEST_PAUSE_MILLIS));
        if (SoakStack.phase(history) == RunPhase.COMPLETED) {
            return;
        }
        long begun = System.nanoTime();
        stack.cluster().kill("broker");
        Thread.sleep(random.nextInt(LONGEST_ABSENCE_MILLIS));
        stack.cluster().restart("broker");
        awaitDualSteps(stack, history, DUAL_STEPS_AFTER);
        waits.add(Duration.ofNanos(System.nanoTime() - begun));
        stack.say(String.format(
                Locale.ROOT,
                "kill %d of %d: dual step %d, %.1f s later",
                waits.size(),
                intensity.kills(),
                history.multipliers().size(),
                seconds(waits.get(waits.size() - 1))));
    }

    private static void awaitDualSteps(SoakStack stack, FollowedRun history, int more) throws InterruptedException {
        int wanted = history.multipliers().size() + more;
        stack.await(
                "dual step " + wanted,
                () -> history.multipliers().size() >= wanted || SoakStack.phase(history) == RunPhase.COMPLETED);
    }

    private String seen() {
        List<Duration> sorted = waits.stream().sorted().toList();
        return String.format(
                Locale.ROOT,
                "%d kills; after %.1f s as a median, %.1f s at most",
                sorted.size(),
                seconds(sorted.get(sorted.size() / 2)),
                seconds(sorted.get(sorted.size() - 1)));
    }

    private static double seconds(Duration duration) {
        return duration.toMillis() / 1e3;
    }
}
