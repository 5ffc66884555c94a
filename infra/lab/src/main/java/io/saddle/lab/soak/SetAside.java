package io.saddle.lab.soak;

import io.saddle.lab.report.FollowedRun;
import io.saddle.schema.RunPhase;
import io.saddle.schema.RunStatus;
import java.util.ArrayList;
import java.util.List;

/** A run that ends every trainer that takes it up, as one would that is too large for them. */
final class SetAside extends Scenario {

    private static final String TRAINER = "primal-trainer";

    SetAside() {
        super(
                "set-aside",
                "kill -9 of the trainer each time it has taken a run up, before it has a later checkpoint, another run beside it");
    }

    @Override
    List<Claim> run(SoakStack stack) throws Exception {
        SoakSpec deadly = SoakSpec.of("deadly", 240).with("/checkpoints/everySteps", 1_000);
        SoakSpec beside = SoakSpec.of("beside-the-deadly", 60);
        RunLog undisturbed = stack.undisturbed(deadly);
        FollowedRun history = stack.submit(deadly);
        FollowedRun other = stack.submit(beside);
        for (int death = 0; death < 2; death++) {
            int before = death;
            stack.await("trainer " + (death + 1) + " at work", () -> isHeld(history, before));
            stack.killAndRestart(TRAINER);
        }
        stack.await(
                "the run to be set aside",
                () -> history.status().map(RunStatus::getNotBefore).isPresent());
        List<Claim> claims = new ArrayList<>();
        RunStatus aside = history.status().orElseThrow();
        claims.add(Claim.equal("the run is queued, and nobody takes it up yet", RunPhase.QUEUED, aside.getPhase()));
        claims.add(Claim.equal("two trainers were counted", 2, aside.getDeaths()));
        // On another topic, and after it.
        stack.await(
                "an alert that says so",
                () -> history.alerts().stream()
                        .anyMatch(alert -> alert.getMessage().equals(aside.getMessage())));
        claims.add(new Claim("an alert says so", true, aside.getMessage()));
        stack.await("the end of the other run", () -> SoakStack.phase(other) == RunPhase.COMPLETED);
        claims.add(Claim.equal("the other run is trained meanwhile", RunPhase.QUEUED, SoakStack.phase(history)));
        claims.addAll(Audit.likeUndisturbed(undisturbed, stack.ended(deadly), deadly.steps()));
        claims.add(stack.everyServiceLives());
        return claims;
    }

    /** True while a trainer trains it that found so many dead before it. */
    private static boolean isHeld(FollowedRun history, int deaths) {
        return history.status()
                .filter(status -> status.getPhase() == RunPhase.TRAINING && status.getDeaths() == deaths)
                .isPresent();
    }
}
