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
        double consoleHours) {

    /** The faults that users' machines meet in weeks. */
    public static final Intensity FULL =
            new Intensity(40, 1200, Duration.ofSeconds(60), 10_000, 10, 20, 50, Duration.ofMinutes(5), 10_000, 24);

    /** One of each, for the tests. */
    public static final Intensity QUICK =
            new Intensity(4, 240, Duration.ofSeconds(6), 100, 10, 3, 5, Duration.ofSeconds(5), 1_000, 0.05);

    /** With another number of kills. */
    public Intensity withKills(int number) {
        return new Intensity(
                number,
                steps,
                outage,
                garbagePerTopic,
                slowdown,
                swaps,
                runsAtOnce,
                load,
                estimatesPerSecond,
                consoleHours);
    }
}
