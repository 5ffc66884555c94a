package io.saddle.lab.soak;

import io.saddle.lab.report.FollowedRun;
import io.saddle.run.spec.RunSpec;
import io.saddle.schema.GradientSummary;
import io.saddle.schema.RunPhase;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** A constraint evaluator that gets the processor one in so many moments: it is stopped and let go in turn. */
final class SlowEvaluator extends Scenario {

    private static final String EVALUATOR = "constraint-evaluator";
    private static final int WORK_MILLIS = 50;
    private static final long MAX_STALE_STEPS = 25;

    private final Intensity intensity;
    private final RunSpec.Mode mode;

    SlowEvaluator(Intensity intensity, RunSpec.Mode mode) {
        super(
                "slow-evaluator-" + mode.name().toLowerCase(Locale.ROOT),
                "an evaluator " + intensity.slowdown() + " times as slow, " + mode);
        this.intensity = intensity;
        this.mode = mode;
    }

    @Override
    List<Claim> run(SoakStack stack) throws Exception {
        return mode.isReproducible() ? reproducible(stack) : async(stack);
    }

    private List<Claim> reproducible(SoakStack stack) throws Exception {
        SoakSpec spec =
                SoakSpec.of("slow-" + mode.name().toLowerCase(Locale.ROOT), 240).in(mode);
        RunLog undisturbed = stack.undisturbed(spec);
        FollowedRun history = stack.submit(spec);
        slowDown(stack, history);
        return Audit.likeUndisturbed(undisturbed, stack.ended(spec), spec.steps());
    }

    private List<Claim> async(SoakStack stack) throws Exception {
        SoakSpec spec = SoakSpec.of("slow-async", 480).in(mode).with("/dual/maxStaleSteps", MAX_STALE_STEPS);
        FollowedRun history = stack.submit(spec);
        slowDown(stack, history);
        RunLog log = stack.ended(spec);
        List<Claim> claims = new ArrayList<>(Audit.complete(log, spec.steps()));
        long stalest = log.summaries().stream()
                .mapToLong(GradientSummary::getStaleSteps)
                .max()
                .orElse(-1);
        claims.add(new Claim(
                "no step takes multipliers staler than maxStaleSteps = " + MAX_STALE_STEPS,
                stalest <= MAX_STALE_STEPS,
                "the stalest were " + stalest + " steps old"));
        long judged = log.estimates().stream()
                .mapToLong(estimate -> estimate.getStep())
                .distinct()
                .count();
        claims.add(new Claim(
                "the evaluator skips to newer snapshots",
                judged < spec.steps() / 5,
                judged + " of " + spec.steps() / 5 + " snapshots judged"));
        return claims;
    }

    private void slowDown(SoakStack stack, FollowedRun history) throws InterruptedException, IOException {
        try {
            Standstill standstill = new Standstill(
                    "another step beside a slow evaluator",
                    () -> history.summaries().size(),
                    stack::state);
            while (SoakStack.phase(history) != RunPhase.COMPLETED && SoakStack.phase(history) != RunPhase.FAILED) {
                stack.signal(EVALUATOR, "STOP");
                Thread.sleep((long) WORK_MILLIS * (intensity.slowdown() - 1));
                stack.signal(EVALUATOR, "CONT");
                Thread.sleep(WORK_MILLIS);
                standstill.refuse();
            }
        } finally {
            stack.signal(EVALUATOR, "CONT");
        }
    }
}
