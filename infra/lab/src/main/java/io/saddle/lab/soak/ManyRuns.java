package io.saddle.lab.soak;

import io.saddle.lab.report.FollowedRun;
import io.saddle.schema.RunPhase;
import java.util.ArrayList;
import java.util.List;
import java.util.function.LongSupplier;

/** Many runs defined at once: a configured number trains, the others wait their turn. */
final class ManyRuns extends Scenario {

    private static final long STEPS = 20;

    private final Intensity intensity;

    ManyRuns(Intensity intensity) {
        super("many-runs", intensity.runsAtOnce() + " runs defined at once");
        this.intensity = intensity;
    }

    @Override
    List<Claim> run(SoakStack stack) throws Exception {
        List<SoakSpec> specs = new ArrayList<>();
        List<FollowedRun> histories = new ArrayList<>();
        for (int i = 1; i <= intensity.runsAtOnce(); i++) {
            SoakSpec spec = SoakSpec.of("many-%02d".formatted(i), STEPS).with("/evaluation/every", 0);
            specs.add(spec);
            histories.add(stack.submit(spec));
        }
        int[] most = new int[1];
        LongSupplier steps = () ->
                histories.stream().mapToLong(run -> run.summaries().size()).sum();
        stack.await("the end of all runs", steps, () -> {
            most[0] = Math.max(most[0], count(histories, RunPhase.TRAINING, RunPhase.WAITING_FOR_MULTIPLIERS));
            return count(histories, RunPhase.COMPLETED) == histories.size();
        });
        List<Claim> claims = new ArrayList<>();
        claims.add(
                new Claim("all are trained", true, histories.size() + " of " + intensity.runsAtOnce() + " completed"));
        claims.add(new Claim("one at a time, as configured", most[0] <= 1, "at most " + most[0] + " at once"));
        List<String> incomplete = specs.stream()
                .filter(spec -> !Audit.complete(RunLog.read(stack.kafka(), spec.name()), STEPS).stream()
                        .allMatch(Claim::held))
                .map(SoakSpec::name)
                .toList();
        claims.add(Claim.equal("none has lost a step or a dual step", List.of(), incomplete));
        return claims;
    }

    private static int count(List<FollowedRun> histories, RunPhase... phases) {
        List<RunPhase> counted = List.of(phases);
        return (int) histories.stream()
                .filter(history -> counted.contains(SoakStack.phase(history)))
                .count();
    }
}
