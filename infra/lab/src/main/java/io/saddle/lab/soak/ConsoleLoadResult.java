package io.saddle.lab.soak;

import io.saddle.lab.bench.LineFit;
import java.util.List;
import java.util.function.ToLongFunction;

/**
 * The memory and records that the console held while the hours passed.
 *
 * @param samples in order; the first after start and first records, before the hours
 * @param events that the watchers received
 * @param cutOff how often a watcher was cut off for falling behind, and asked again
 */
public record ConsoleLoadResult(List<Sample> samples, long events, long cutOff) {

    /**
     * One look.
     *
     * @param hours of simulated training so far
     * @param records that the console has read so far
     * @param heapKiB heap in use right after a full collection
     * @param rssKiB resident memory; -1 where it cannot be known
     */
    public record Sample(double hours, long records, long heapKiB, long rssKiB) {}

    /** Growth of the heap by least squares, KiB per simulated hour; without the first sample, which loads classes; NaN with fewer than three. */
    public double heapSlope() {
        return slope(Sample::heapKiB);
    }

    /** Likewise of resident memory. */
    public double rssSlope() {
        return slope(Sample::rssKiB);
    }

    private double slope(ToLongFunction<Sample> value) {
        List<Sample> counted = samples.subList(Math.min(1, samples.size()), samples.size());
        double[] hours = counted.stream().mapToDouble(Sample::hours).toArray();
        double[] kib = counted.stream().mapToLong(value).asDoubleStream().toArray();
        return LineFit.of(hours, kib).slope();
    }
}
