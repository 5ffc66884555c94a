package io.saddle.lab.soak;

import io.saddle.lab.report.FollowedRun;
import io.saddle.schema.Alert;
import io.saddle.schema.AlertKind;
import io.saddle.schema.RunPhase;
import java.util.ArrayList;
import java.util.List;

/** Runs that cannot end well: a loss that is not finite, requirements that cannot be met, a constraint that nobody measures. */
final class BadRuns extends Scenario {

    BadRuns() {
        super("bad-runs", "a NaN loss, an infeasible constraint, a constraint that no evaluator measures");
    }

    @Override
    List<Claim> run(SoakStack stack) throws Exception {
        List<Claim> claims = new ArrayList<>();
        notFinite(stack, claims);
        infeasible(stack, claims);
        unmeasured(stack, claims);
        return claims;
    }

    static void notFinite(SoakStack stack, List<Claim> claims) throws Exception {
        SoakSpec spec = SoakSpec.of("not-finite", 240)
                .with("/training/learningRate", 10)
                .with("/training/weightDecay", 10);
        FollowedRun history = stack.submit(spec);
        Alert alert = stack.awaitAlert(history, AlertKind.NON_FINITE_LOSS);
        stack.await("its end", () -> SoakStack.phase(history) == RunPhase.FAILED);
        claims.add(new Claim("a loss that is not finite ends the run with an alert", true, alert.getMessage()));
        List<String> bad = FiniteFiles.notFinite(
                stack.cluster().home().data("artifacts").resolve(spec.name()).resolve("checkpoints"));
        claims.add(Claim.equal("no checkpoint holds a value that is not finite", List.of(), bad));
    }

    private static void infeasible(SoakStack stack, List<Claim> claims) throws Exception {
        SoakSpec spec = SoakSpec.of("infeasible", 240)
                .without("/dual/resilience")
                .with("/constraints/0/threshold", 0.001)
                .with("/constraints/1/threshold", 0.9)
                .with("/dual/learningRate", 1.0)
                .with("/dual/multiplierLimit", 2.0);
        FollowedRun history = stack.submit(spec);
        Alert alert = stack.awaitAlert(history, AlertKind.INFEASIBLE);
        claims.add(new Claim(
                "an infeasible constraint is named, with its slack and what to relax",
                "digit-4".equals(alert.getConstraintId()) && alert.getMessage().contains("slack"),
                alert.getMessage() + "; " + alert.getRemedy()));
        stack.ended(spec);
    }

    private static void unmeasured(SoakStack stack, List<Claim> claims) throws Exception {
        SoakSpec spec = SoakSpec.of("unmeasured", 240);
        RunLog undisturbed = stack.undisturbed(spec);
        stack.cluster().stop("constraint-evaluator");
        FollowedRun history = stack.submit(spec);
        stack.await("the phase", () -> SoakStack.phase(history) == RunPhase.WAITING_FOR_MULTIPLIERS);
        Alert alert = stack.awaitAlert(history, AlertKind.EVALUATOR_SILENT);
        claims.add(new Claim(
                "no evaluator: the run waits, and an alert names the constraints",
                alert.getMessage().contains("digit-4") && alert.getMessage().contains("digit-7"),
                alert.getMessage()));
        stack.cluster().restart("constraint-evaluator");
        claims.addAll(Audit.likeUndisturbed(undisturbed, stack.ended(spec), spec.steps()));
    }
}
