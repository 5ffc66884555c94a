package io.saddle.lab.soak;

import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;

/** A day's records of runs, through the console. */
final class ConsoleHours extends Scenario {

    private static final int RUNS = 1;
    private static final int WATCHERS = 4;
    private static final int SAMPLES = 8;
    /** Of the heap after a collection: what a day may leave behind. */
    private static final long MAX_GROWTH_KIB = 16 << 10;

    private final Intensity intensity;

    ConsoleHours(Intensity intensity) {
        super(
                "console-hours",
                String.format(
                        Locale.ROOT,
                        "%.1f h of records through the console, one watcher that never reads",
                        intensity.consoleHours()));
        this.intensity = intensity;
    }

    @Override
    List<Claim> run(SoakStack stack) throws Exception {
        Path folder = stack.cluster().home().folder().getParent();
        ConsoleLoadResult result =
                new ConsoleLoad(RUNS, intensity.consoleHours(), WATCHERS, SAMPLES).measure(folder, line -> {});
        List<ConsoleLoadResult.Sample> samples = result.samples();
        long growth = samples.get(samples.size() - 1).heapKiB() - samples.get(1).heapKiB();
        String heaps = samples.stream()
                .map(sample -> String.format(Locale.ROOT, "%.1f", sample.heapKiB() / 1024.0))
                .collect(Collectors.joining(", "));
        return List.of(new Claim(
                "the console keeps nothing of what has passed",
                growth < MAX_GROWTH_KIB,
                String.format(
                        Locale.ROOT,
                        "heap after collections %s MiB over %,d records; resident %,d MiB at the end; watchers cut off %d times",
                        heaps,
                        samples.get(samples.size() - 1).records(),
                        samples.get(samples.size() - 1).rssKiB() / 1024,
                        result.cutOff())));
    }
}
