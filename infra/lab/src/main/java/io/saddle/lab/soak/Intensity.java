package io.saddle.lab.soak;

import java.time.Duration;

/**
 * The effort of a soak.
 *
 * @param kills kill -9 in the scenario of that name
 * @param steps primal steps of its runs
 * @param outage how long broker or registry are away
 * @param garbagePerTopic unreadable records on each topic
 * @param slowdown the slow evaluator works one in so many moments
 * @param swaps of a constraint's evaluator in one run
 * @param runsAtOnce runs defined at the same time
 * @param load how long estimates are sent
 * @param estimatesPerSecond at this rate
 * @param consoleHours of simulated records through the console
 * @param simulatedRuns in training at the same time, through dual updater and console
 * @param pastDualSteps of each of them before it is looked
 * @param live how long they then say what they do at the pace of real ones; a multiple of 4 s
 */
public record Intensity(
        int kills,
        long steps,
        Duration outage,
        int garbagePerTopic,
        int slowdown,
        int swaps,
        int runsAtOnce,
        Duration load,
        int estimatesPerSecond,
        double consoleHours,
        int simulatedRuns,
        int pastDualSteps,
        Duration live) {

    /** The faults that users' machines meet in weeks. */
    public static final Intensity FULL = new Intensity(
            40,
            1200,
            Duration.ofSeconds(60),
            10_000,
            10,
            20,
            50,
            Duration.ofMinutes(5),
            10_000,
            24,
            1_000,
            1_000,
            Duration.ofMinutes(2));

    /** One of each, for the tests. */
    public static final Intensity QUICK = new Intensity(
            4,
            240,
            Duration.ofSeconds(6),
            100,
            10,
            3,
            5,
            Duration.ofSeconds(5),
            1_000,
            0.05,
            20,
            20,
            Duration.ofSeconds(8));

    /** With another number of kills. */
    public Intensity withKills(int number) {
        return with(number, simulatedRuns, pastDualSteps);
    }

    /** With another number of simulated runs. */
    public Intensity withSimulatedRuns(int number) {
        return with(kills, number, pastDualSteps);
    }

    /** With another past of the simulated runs. */
    public Intensity withPastDualSteps(int number) {
        return with(kills, simulatedRuns, number);
    }

    private Intensity with(int otherKills, int otherSimulatedRuns, int otherPastDualSteps) {
        return new Intensity(
                otherKills,
                steps,
                outage,
                garbagePerTopic,
                slowdown,
                swaps,
                runsAtOnce,
                load,
                estimatesPerSecond,
                consoleHours,
                otherSimulatedRuns,
                otherPastDualSteps,
                live);
    }
}
