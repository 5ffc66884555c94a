package io.saddle.lab.soak;

import io.saddle.lab.report.FollowedRun;
import io.saddle.lab.system.Commands;
import io.saddle.run.spec.RunSpec;
import io.saddle.schema.GradientSummary;
import io.saddle.schema.RunPhase;
import io.saddle.stack.testing.TestCluster;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.LongStream;

/** A second trainer waits beside the first; whoever trains is killed, and another time put to sleep and woken up again. */
final class TwoTrainers extends Scenario {

    private static final String TRAINER = "primal-trainer";
    private static final String SECOND = "second-trainer";
    private static final Duration TAKE_OVER = Duration.ofSeconds(15);
    private static final long STEPS = 600;

    TwoTrainers() {
        super(
                "two-trainers",
                "the trainer of a run killed beside another one; SIGSTOP until it has lost its run, then SIGCONT",
                Map.of());
    }

    @Override
    List<Claim> run(SoakStack stack) throws Exception {
        List<Claim> claims = new ArrayList<>();
        SoakSpec spec = SoakSpec.of("taken-over", STEPS);
        RunLog undisturbed = stack.undisturbed(spec);
        try (TestCluster second = stack.cluster().another(List.of("-Dsaddle.trainer.worker=" + SECOND), TRAINER)) {
            killed(stack, second, spec, undisturbed, claims);
            asleep(stack, second, claims);
        }
        return claims;
    }

    private static void killed(
            SoakStack stack, TestCluster second, SoakSpec spec, RunLog undisturbed, List<Claim> claims)
            throws InterruptedException {
        FollowedRun history = stack.submit(spec);
        stack.awaitSteps(history, 60);
        String worker = worker(history);
        TestCluster home = worker.equals(SECOND) ? second : stack.cluster();
        home.kill(TRAINER);
        claims.add(takenOver("kill -9", awaitTakeOver(stack, history, worker)));
        home.restart(TRAINER);
        claims.addAll(Audit.likeUndisturbed(undisturbed, stack.ended(spec), spec.steps()));
    }

    private static void asleep(SoakStack stack, TestCluster second, List<Claim> claims)
            throws IOException, InterruptedException {
        SoakSpec spec = SoakSpec.of("asleep", STEPS).in(RunSpec.Mode.ASYNC);
        FollowedRun history = stack.submit(spec);
        stack.awaitSteps(history, 60);
        String worker = worker(history);
        TestCluster home = worker.equals(SECOND) ? second : stack.cluster();
        String pid = Long.toString(home.pid(TRAINER));
        Commands.run("kill", "-STOP", pid);
        try {
            claims.add(takenOver("SIGSTOP", awaitTakeOver(stack, history, worker)));
        } finally {
            Commands.run("kill", "-CONT", pid);
        }
        RunLog log = stack.ended(spec);
        claims.addAll(Audit.complete(log, spec.steps()));
        List<String> writers =
                log.summaries().stream().map(GradientSummary::getWorker).toList();
        long changes = LongStream.range(1, writers.size())
                .filter(i -> !writers.get((int) i).equals(writers.get((int) i - 1)))
                .count();
        claims.add(new Claim(
                "the one that slept writes no summary of the run after its loss",
                changes == 1,
                "the writer of the summaries changed " + changes + " time(s)"));
    }

    private static String worker(FollowedRun history) {
        return history.status().orElseThrow().getWorker();
    }

    private static Duration awaitTakeOver(SoakStack stack, FollowedRun history, String before)
            throws InterruptedException {
        long begin = System.nanoTime();
        stack.await("another trainer", () -> {
            boolean trains =
                    SoakStack.phase(history) == RunPhase.TRAINING || SoakStack.phase(history) == RunPhase.COMPLETED;
            return trains && !worker(history).equals(before);
        });
        return Duration.ofNanos(System.nanoTime() - begin);
    }

    private static Claim takenOver(String how, Duration after) {
        return new Claim(
                how + ": the other trainer goes on within " + TAKE_OVER.toSeconds() + " s",
                after.compareTo(TAKE_OVER) <= 0,
                String.format(Locale.ROOT, "after %.1f s", after.toMillis() / 1e3));
    }
}
