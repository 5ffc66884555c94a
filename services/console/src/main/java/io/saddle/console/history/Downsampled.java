package io.saddle.console.history;

import java.util.Arrays;

/**
 * A series over steps in bounded memory: once its buckets are full, neighbours are merged two by two and a bucket spans twice as
 * many steps. Each keeps the least, the greatest and the mean of its values, so that no peak is lost however long the run is.
 * Not thread-safe.
 */
public final class Downsampled {

    /**
     * The buckets, oldest first.
     *
     * @param steps the last step of each bucket
     */
    public record Buckets(long[] steps, float[] least, float[] mean, float[] greatest) {}

    private static final int BYTES_PER_BUCKET = Long.BYTES + 3 * Float.BYTES + Integer.BYTES;
    private static final int FIRST = 16;

    private int capacity;
    private long span = 1;
    private int size;
    private long[] lastStep;
    private float[] least;
    private float[] mean;
    private float[] greatest;
    private int[] count;
    /** The newest value, which its bucket's mean has taken. */
    private float newest;

    /** @param capacity buckets kept at most; even */
    public Downsampled(int capacity) {
        setCapacity(capacity);
        int first = Math.min(capacity, FIRST);
        lastStep = new long[first];
        least = new float[first];
        mean = new float[first];
        greatest = new float[first];
        count = new int[first];
    }

    private void setCapacity(int buckets) {
        if (buckets < 2 || buckets % 2 != 0) {
            throw new IllegalArgumentException("capacity must be even and >= 2, was " + buckets);
        }
        capacity = buckets;
    }

    /** Keeps fewer buckets from now on; gives the room of those that it has too many back. */
    void limit(int fewer) {
        setCapacity(fewer);
        while (size > capacity) {
            halve();
        }
        resize(Math.min(capacity, Math.max(FIRST, size)));
    }

    /** Bytes that its buckets take, those that are empty still too. */
    long bytes() {
        return (long) BYTES_PER_BUCKET * lastStep.length;
    }

    /**
     * Takes a value; one of a step before the newest bucket (a step that was done again) is left out, for it is there already.
     * What is not finite is left out.
     *
     * @param step >= 0
     */
    public void add(long step, double value) {
        if (!Double.isFinite(value) || (size > 0 && step <= lastStep[size - 1])) {
            return;
        }
        if (size == 0 || step / span > bucket(size - 1)) {
            if (size == capacity) {
                halve();
                add(step, value);
                return;
            }
            if (size == lastStep.length) {
                resize(Math.min(capacity, 2 * size));
            }
            open();
        }
        take(step, (float) value);
    }

    /**
     * Takes a value that stands from a step on; of the newest step, or one before it, in the place of the newest value. Both are within
     * the bucket's least and greatest.
     *
     * @param step >= 0
     */
    void put(long step, double value) {
        if (size == 0 || step > lastStep[size - 1]) {
            add(step, value);
        } else if (Double.isFinite(value)) {
            int last = size - 1;
            float now = (float) value;
            mean[last] += (now - newest) / count[last];
            least[last] = Math.min(least[last], now);
            greatest[last] = Math.max(greatest[last], now);
            newest = now;
        }
    }

    private long bucket(int index) {
        return lastStep[index] / span;
    }

    private void open() {
        least[size] = Float.POSITIVE_INFINITY;
        mean[size] = 0;
        greatest[size] = Float.NEGATIVE_INFINITY;
        count[size] = 0;
        size++;
    }

    private void take(long step, float value) {
        int last = size - 1;
        newest = value;
        lastStep[last] = step;
        least[last] = Math.min(least[last], value);
        greatest[last] = Math.max(greatest[last], value);
        count[last]++;
        mean[last] += (value - mean[last]) / count[last];
    }

    private void resize(int buckets) {
        lastStep = Arrays.copyOf(lastStep, buckets);
        least = Arrays.copyOf(least, buckets);
        mean = Arrays.copyOf(mean, buckets);
        greatest = Arrays.copyOf(greatest, buckets);
        count = Arrays.copyOf(count, buckets);
    }

    private void halve() {
        span *= 2;
        int kept = 0;
        for (int i = 0; i < size; i++) {
            if (kept > 0 && bucket(kept - 1) == bucket(i)) {
                merge(i, kept - 1);
            } else {
                lastStep[kept] = lastStep[i];
                least[kept] = least[i];
                mean[kept] = mean[i];
                greatest[kept] = greatest[i];
                count[kept] = count[i];
                kept++;
            }
        }
        size = kept;
    }

    private void merge(int from, int into) {
        lastStep[into] = lastStep[from];
        least[into] = Math.min(least[into], least[from]);
        greatest[into] = Math.max(greatest[into], greatest[from]);
        count[into] += count[from];
        mean[into] += (mean[from] - mean[into]) * ((float) count[from] / count[into]);
    }

    /** A copy of what is there. */
    public Buckets buckets() {
        return new Buckets(
                Arrays.copyOf(lastStep, size),
                Arrays.copyOf(least, size),
                Arrays.copyOf(mean, size),
                Arrays.copyOf(greatest, size));
    }
}
