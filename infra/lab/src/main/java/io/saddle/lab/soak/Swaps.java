package io.saddle.lab.soak;

import io.saddle.cli.connection.ConsoleClient;
import io.saddle.lab.report.FollowedRun;
import io.saddle.run.spec.RunSpec;
import io.saddle.schema.RunPhase;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Random;

/** A constraint's evaluator is swapped again and again while its run trains and another one beside it; after each swap something is killed. */
final class Swaps extends Scenario {

    /** Enough for the run to go on until the last swap. */
    private static final long REPRODUCIBLE_STEPS = 80;

    private static final long ASYNC_STEPS = 120;
    private static final long MAX_STALE_STEPS = 25;

    private final int swaps;
    private final RunSpec.Mode mode;
    private final Random random;

    Swaps(Intensity intensity, RunSpec.Mode mode, long seed) {
        super(
                "swaps-" + mode.name().toLowerCase(Locale.ROOT),
                intensity.swaps()
                        + " swaps of a constraint's evaluator in one run, a kill -9 after each, another run beside it, "
                        + mode,
                Map.of("SADDLE_TRAINER_MAX_CONCURRENT_RUNS", "2"));
        this.swaps = intensity.swaps();
        this.mode = mode;
        this.random = new Random(seed);
    }

    @Override
    List<Claim> run(SoakStack stack) throws Exception {
        SoakSpec spec = mode.isReproducible()
                ? SoakSpec.of(name(), swaps * REPRODUCIBLE_STEPS).in(mode)
                : SoakSpec.of(name(), swaps * ASYNC_STEPS).in(mode).with("/dual/maxStaleSteps", MAX_STALE_STEPS);
        RunLog undisturbed = mode.isReproducible() ? stack.undisturbed(spec) : null;
        try (EvaluatorSwaps evaluators = EvaluatorSwaps.start(stack, spec)) {
            SoakSpec load = SoakSpec.of(name() + "-load", 1_000_000)
                    .in(RunSpec.Mode.ASYNC)
                    .with("/dual/maxStaleSteps", 2 * MAX_STALE_STEPS)
                    .with("/evaluation/every", 0);
            FollowedRun other = stack.submit(load);
            stack.awaitSteps(other, 1);
            FollowedRun history = stack.submit(spec);
            for (int i = 0; i < swaps; i++) {
                evaluators.swap(history);
                kill(stack, evaluators);
            }
            new ConsoleClient(stack.cluster().consoleUrl()).change(load.name(), "stop");
            stack.await("the end of the run beside it", () -> SoakStack.phase(other) == RunPhase.STOPPED);
            RunLog log = stack.ended(spec);
            List<Claim> claims = new ArrayList<>(
                    mode.isReproducible()
                            ? Audit.likeUndisturbed(undisturbed, log, spec.steps())
                            : Audit.complete(log, spec.steps()));
            claims.addAll(evaluators.claims(log));
            return claims;
        }
    }

    private void kill(SoakStack stack, EvaluatorSwaps evaluators) {
        int victim = random.nextInt(Kills.PROCESSES.size() + 1);
        if (victim == Kills.PROCESSES.size()) {
            stack.say("kill: the other " + EvaluatorSwaps.EVALUATOR);
            evaluators.killAndRestart();
        } else {
            stack.say("kill: " + Kills.PROCESSES.get(victim));
            stack.killAndRestart(Kills.PROCESSES.get(victim));
        }
    }
}
