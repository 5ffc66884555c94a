package io.saddle.lab.soak;

import io.saddle.lab.report.RunHistory;
import java.util.ArrayList;
import java.util.List;

/** Broker or registry away for a while, in the middle of a run. */
final class Outage implements Scenario {

    private final String process;
    private final Intensity intensity;

    Outage(String process, Intensity intensity) {
        this.process = process;
        this.intensity = intensity;
    }

    @Override
    public String name() {
        return process + "-away";
    }

    @Override
    public String fault() {
        return process + " away for " + intensity.outage().toSeconds() + " s";
    }

    @Override
    public List<Claim> run(SoakStack stack) throws Exception {
        SoakSpec spec = SoakSpec.of("without-" + process, 240);
        RunLog undisturbed = stack.undisturbed(spec);
        RunHistory history = stack.submit(spec);
        stack.awaitSteps(history, 40);
        stack.cluster().kill(process);
        Thread.sleep(intensity.outage().toMillis());
        stack.cluster().restart(process);
        List<Claim> claims = new ArrayList<>(Audit.likeUndisturbed(undisturbed, stack.ended(spec), spec.steps()));
        claims.add(
                Claim.equal("every service lives on", List.of(), stack.cluster().dead()));
        return claims;
    }
}
