package io.saddle.lab.soak;

import io.saddle.lab.report.FollowedRun;
import java.util.ArrayList;
import java.util.List;

/** Broker or registry away for a while, in the middle of a run. */
final class Outage extends Scenario {

    private final String process;
    private final Intensity intensity;

    Outage(String process, Intensity intensity) {
        super(process + "-away", process + " away for " + intensity.outage().toSeconds() + " s");
        this.process = process;
        this.intensity = intensity;
    }

    @Override
    List<Claim> run(SoakStack stack) throws Exception {
        SoakSpec spec = SoakSpec.of("without-" + process, 240);
        RunLog undisturbed = stack.undisturbed(spec);
        FollowedRun history = stack.submit(spec);
        stack.awaitSteps(history, 40);
        stack.cluster().kill(process);
        Thread.sleep(intensity.outage().toMillis());
        stack.cluster().restart(process);
        List<Claim> claims = new ArrayList<>(Audit.likeUndisturbed(undisturbed, stack.ended(spec), spec.steps()));
        claims.add(stack.everyServiceLives());
        return claims;
    }
}
