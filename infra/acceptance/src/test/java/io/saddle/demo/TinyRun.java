package io.saddle.demo;

import io.saddle.lab.report.FollowedRun;
import io.saddle.schema.ConstraintMultiplier;
import io.saddle.schema.MultiplierUpdate;
import io.saddle.schema.RunPhase;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.awaitility.Awaitility;

/** The run that tests of the whole loop train: 120 steps of a tiny network, a dual step every 5 but the last. */
public final class TinyRun {

    public static final long STEPS = 120;
    public static final long DUAL_STEPS = dualSteps(STEPS);

    private static final Duration PATIENCE = Duration.ofMinutes(4);

    private TinyRun() {}

    /** Its specification under another name. */
    public static String named(String name) throws IOException {
        try (InputStream in = TinyRun.class.getResourceAsStream("/tiny-run.yaml")) {
            return new String(in.readAllBytes(), StandardCharsets.UTF_8).replace("name: tiny", "name: " + name);
        }
    }

    /** The same with another number of steps, of half the images: for runs that need not last until something was done to them. */
    public static String named(String name, long steps) throws IOException {
        return named(name)
                .replace("steps: " + STEPS, "steps: " + steps)
                .replace("batchSize: 16", "batchSize: 8")
                .replace("evaluationSamples: 32", "evaluationSamples: 16");
    }

    /** How many dual steps it takes in so many primal ones. */
    public static long dualSteps(long steps) {
        return (steps - 1) / 5;
    }

    /** Without constraints nobody is waited for. */
    public static String withoutConstraints(String name) throws IOException {
        return named(name)
                .replaceAll("(?s)constraints:.*(?=evaluation:)", "constraints: []\n")
                .replaceAll("(?m)^dual:.*\n", "");
    }

    public static RunPhase phase(FollowedRun run) {
        return run.status().map(status -> status.getPhase()).orElse(RunPhase.QUEUED);
    }

    public static void awaitSteps(FollowedRun run, long steps) {
        Awaitility.await(steps + " steps")
                .atMost(PATIENCE)
                .until(() -> run.summaries().size() >= steps);
    }

    /** Its end, and the score of its finished model. */
    public static void awaitFinished(FollowedRun run) {
        Awaitility.await("the final score")
                .atMost(PATIENCE)
                .until(() ->
                        phase(run) == RunPhase.COMPLETED && run.finalScore().isPresent());
    }

    /** Each dual step's multipliers, to the bit. */
    public static List<String> trajectory(FollowedRun run) {
        List<String> trajectory = new ArrayList<>();
        for (MultiplierUpdate update : run.multipliers()) {
            for (ConstraintMultiplier row : update.getConstraints()) {
                trajectory.add(update.getDualStep() + " " + row.getConstraintId() + " "
                        + Double.doubleToRawLongBits(row.getAfter()));
            }
        }
        return trajectory;
    }
}
