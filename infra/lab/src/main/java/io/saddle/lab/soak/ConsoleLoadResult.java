package io.saddle.lab.soak;

import java.util.List;

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
}
