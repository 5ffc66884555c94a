package io.saddle.console.history;

import java.util.Map;
import java.util.TreeMap;
import java.util.function.BiConsumer;

/** A run's curves over primal steps, as its records come, in bounded memory. Thread-safe. */
public final class RunCurves {

    private static final int BUCKETS = 1000;

    private final Map<String, Downsampled> series = new TreeMap<>();

    /** Takes what a record says. */
    public synchronized void add(CurvePoints points) {
        points.values()
                .forEach((name, value) -> series.computeIfAbsent(name, any -> new Downsampled(BUCKETS))
                        .add(points.step(), value));
    }

    /** Hands on a copy of each series, by name in order. */
    public synchronized void forEach(BiConsumer<String, Downsampled.Buckets> then) {
        series.forEach((name, values) -> then.accept(name, values.buckets()));
    }
}
