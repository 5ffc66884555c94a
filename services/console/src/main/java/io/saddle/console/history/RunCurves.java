package io.saddle.console.history;

import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.BiConsumer;

/** A run's curves over primal steps, as its records come, in bounded memory. Thread-safe. */
public final class RunCurves {

    private static final int BUCKETS = 1000;

    private final Map<String, Downsampled> series = new TreeMap<>();
    /** Series of the last dual step's constraints. */
    private Set<String> weights = Set.of();

    /** Takes what a record says. Multiplier and mixture weight of a constraint that a dual step leaves out are 0 from there on. */
    public synchronized void add(CurvePoints points) {
        points.values().forEach((name, value) -> add(name, points.step(), value));
        if (points.areOfADualStep()) {
            Set<String> now = points.weights();
            weights.stream().filter(name -> !now.contains(name)).forEach(name -> add(name, points.step(), 0));
            weights = now;
        }
    }

    private void add(String name, long step, double value) {
        series.computeIfAbsent(name, any -> new Downsampled(BUCKETS)).add(step, value);
    }

    /** Hands on a copy of each series, by name in order. */
    public synchronized void forEach(BiConsumer<String, Downsampled.Buckets> then) {
        series.forEach((name, values) -> then.accept(name, values.buckets()));
    }
}
