package io.saddle.lab.soak;

import io.saddle.lab.report.FollowedRun;
import io.saddle.schema.GradientSummary;
import io.saddle.schema.RunPhase;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/** A constraint evaluator that gets the processor one in so many moments: it is stopped and let go in turn. */
final class SlowEvaluator extends Scenario {

    private static final String EVALUATOR = "constraint-evaluator";
    private static final int WORK_MILLIS = 50;
    private static final long MAX_STALE_STEPS = 25;

    private final Intensity intensity;
    private final boolean lockstep;

    SlowEvaluator(Intensity intensity, boolean lockstep) {
        super(
                "slow-evaluator-" + (lockstep ? "lockstep" : "async"),
                "an evaluator " + intensity.slowdown() + " times as slow, " + (lockstep ? "LOCKSTEP" : "ASYNC"));
        this.intensity = intensity;
        this.lockstep = lockstep;
    }

    @Override
    List<Claim> run(SoakStack stack) throws Exception {
        return lockstep ? lockstep(stack) : async(stack);
    }

    private List<Claim> lockstep(SoakStack stack) throws Exception {
        SoakSpec spec = SoakSpec.of("slow-lockstep", 240);
        RunLog undisturbed = stack.undisturbed(spec);
        FollowedRun history = stack.submit(spec);
        slowDown(stack, history);
        return Audit.likeUndisturbed(undisturbed, stack.ended(spec), spec.steps());
    }

    private List<Claim> async(SoakStack stack) throws Exception {
        SoakSpec spec = SoakSpec.of("slow-async", 480).async().with("/dual/maxStaleSteps", MAX_STALE_STEPS);
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
            while (SoakStack.phase(history) != RunPhase.COMPLETED && SoakStack.phase(history) != RunPhase.FAILED) {
                stack.signal(EVALUATOR, "STOP");
                Thread.sleep((long) WORK_MILLIS * (intensity.slowdown() - 1));
                stack.signal(EVALUATOR, "CONT");
                Thread.sleep(WORK_MILLIS);
            }
        } finally {
            stack.signal(EVALUATOR, "CONT");
        }
    }
}
