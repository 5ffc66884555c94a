package io.saddle.lab.soak;

import io.saddle.run.spec.RunSpec;
import java.util.List;

/** Every scenario there is, in the order in which they run. */
public final class Scenarios {

    private Scenarios() {}

    /**
     * @param intensity how hard each tries
     * @param seed of what is random: moments and victims
     */
    public static List<Scenario> all(Intensity intensity, long seed) {
        return List.of(
                new OneOfEach(seed),
                new Kills(intensity, RunSpec.Mode.LOCKSTEP, seed),
                new Kills(intensity, RunSpec.Mode.PIPELINED, seed),
                new BrokerKills(intensity, seed),
                new KilledPipelines(intensity, seed),
                new Outage("broker", intensity),
                new Outage("registry", intensity),
                new DamagedFiles(),
                new Garbage(intensity, seed),
                new SlowEvaluator(intensity, RunSpec.Mode.LOCKSTEP),
                new SlowEvaluator(intensity, RunSpec.Mode.PIPELINED),
                new SlowEvaluator(intensity, RunSpec.Mode.ASYNC),
                new Swaps(intensity, RunSpec.Mode.LOCKSTEP, seed),
                new Swaps(intensity, RunSpec.Mode.PIPELINED, seed),
                new Swaps(intensity, RunSpec.Mode.ASYNC, seed),
                new BadRuns(),
                new SetAside(),
                new ManyRuns(intensity),
                new FullDisk(),
                new FullBrokerDisk(),
                new ClockJumps(),
                new TwoTrainers(),
                new ScaleOut(2),
                new ScaleOut(1),
                new Slots(intensity, seed),
                new ManyEstimates(intensity),
                new ConsoleHours(intensity),
                new ThousandRuns(intensity));
    }
}
