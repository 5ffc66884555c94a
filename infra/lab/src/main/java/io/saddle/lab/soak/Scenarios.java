package io.saddle.lab.soak;

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
                new Kills(intensity, seed),
                new Outage("broker", intensity),
                new Outage("registry", intensity),
                new DamagedFiles(),
                new Garbage(intensity, seed),
                new SlowEvaluator(intensity, true),
                new SlowEvaluator(intensity, false),
                new Swaps(intensity, true, seed),
                new Swaps(intensity, false, seed),
                new BadRuns(),
                new SetAside(),
                new ManyRuns(intensity),
                new FullDisk(),
                new FullBrokerDisk(),
                new ClockJumps(),
                new TwoTrainers(),
                new ScaleOut(2),
                new ScaleOut(1),
                new ManyEstimates(intensity),
                new ConsoleHours(intensity));
    }
}
