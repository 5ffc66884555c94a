package io.saddle.console.history;

import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.BiConsumer;
import java.util.function.IntConsumer;

/** A run's curves over primal steps, as its records come, in bounded memory. Thread-safe. */
public final class RunCurves {

    private final CurveRoom room;
    private final Map<String, Downsampled> series = new TreeMap<>();
    /** Series of the last dual step's constraints. */
    private Set<String> weights = Set.of();

    private long dualStep = -1;

    private final IntConsumer limited = this::limit;
    private boolean ended;

    /** @param room that they share with the curves of other runs */
    RunCurves(CurveRoom room) {
        this.room = room;
        room.add(limited);
    }

    /**
     * Takes what a record says. Multiplier and mixture weight of a constraint that a dual step leaves out are 0 from there on. In ASYNC
     * several dual steps may be of one primal step, or one of an earlier step than the one before: what counts is the newest.
     */
    public void add(CurvePoints points) {
        long more = take(points);
        if (more > 0) {
            room.took(more);
        }
    }

    /** @return bytes that it took */
    private synchronized long take(CurvePoints points) {
        boolean dual = points.dualStep() != null;
        if (ended || dual && points.dualStep() <= dualStep) {
            return 0;
        }
        long more = 0;
        for (Map.Entry<String, Double> point : points.values().entrySet()) {
            more += take(point.getKey(), points.step(), point.getValue(), dual);
        }
        if (dual) {
            Set<String> now = points.weights();
            for (String name : weights) {
                more += now.contains(name) ? 0 : take(name, points.step(), 0, true);
            }
            weights = now;
            dualStep = points.dualStep();
        }
        return more;
    }

    private long take(String name, long step, double value, boolean dual) {
        Downsampled known = series.get(name);
        long before = known == null ? 0 : known.bytes();
        if (known == null) {
            known = new Downsampled(room.points());
            series.put(name, known);
        }
        if (dual) {
            known.put(step, value);
        } else {
            known.add(step, value);
        }
        return known.bytes() - before;
    }

    private void limit(int points) {
        room.took(-givenBack(points));
    }

    private synchronized long givenBack(int points) {
        long less = 0;
        for (Downsampled values : series.values()) {
            less += values.bytes();
            values.limit(points);
            less -= values.bytes();
        }
        return less;
    }

    /** Gives its room back for good: what comes later is dropped. */
    void end() {
        room.remove(limited);
        room.took(-everything());
    }

    private synchronized long everything() {
        ended = true;
        long all = series.values().stream().mapToLong(Downsampled::bytes).sum();
        series.clear();
        return all;
    }

    /** Hands on a copy of each series, by name in order. */
    public synchronized void forEach(BiConsumer<String, Downsampled.Buckets> then) {
        series.forEach((name, values) -> then.accept(name, values.buckets()));
    }
}
