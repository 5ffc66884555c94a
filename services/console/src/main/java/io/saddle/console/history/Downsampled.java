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

    private final int capacity;
    private long span = 1;
    private int size;
    private long[] bucket;
    private long[] lastStep;
    private float[] least;
    private float[] greatest;
    private double[] sum;
    private int[] count;

    /** @param capacity buckets kept at most; even */
    public Downsampled(int capacity) {
        if (capacity < 2 || capacity % 2 != 0) {
            throw new IllegalArgumentException("capacity must be even and >= 2, was " + capacity);
        }
        this.capacity = capacity;
        int first = Math.min(capacity, 16);
        bucket = new long[first];
        lastStep = new long[first];
        least = new float[first];
        greatest = new float[first];
        sum = new double[first];
        count = new int[first];
    }

    /**
     * Takes a value; one of a step before the newest bucket (a step that was done again) is left out, for it is there already.
     * What is not finite is left out.
     *
     * @param step >= 0
     */
    public void add(long step, double value) {
        if (!Double.isFinite(value)) {
            return;
        }
        long at = step / span;
        if (size > 0 && (at < bucket[size - 1] || step <= lastStep[size - 1])) {
            return;
        }
        if (size == 0 || at > bucket[size - 1]) {
            if (size == capacity) {
                halve();
                add(step, value);
                return;
            }
            grow();
            open(at);
        }
        take(step, (float) value);
    }

    private void open(long at) {
        bucket[size] = at;
        least[size] = Float.POSITIVE_INFINITY;
        greatest[size] = Float.NEGATIVE_INFINITY;
        sum[size] = 0;
        count[size] = 0;
        size++;
    }

    private void take(long step, float value) {
        int last = size - 1;
        lastStep[last] = step;
        least[last] = Math.min(least[last], value);
        greatest[last] = Math.max(greatest[last], value);
        sum[last] += value;
        count[last]++;
    }

    private void grow() {
        if (size == bucket.length) {
            int more = Math.min(capacity, 2 * size);
            bucket = Arrays.copyOf(bucket, more);
            lastStep = Arrays.copyOf(lastStep, more);
            least = Arrays.copyOf(least, more);
            greatest = Arrays.copyOf(greatest, more);
            sum = Arrays.copyOf(sum, more);
            count = Arrays.copyOf(count, more);
        }
    }

    private void halve() {
        span *= 2;
        int kept = 0;
        for (int i = 0; i < size; i++) {
            long at = bucket[i] / 2;
            if (kept > 0 && bucket[kept - 1] == at) {
                int into = kept - 1;
                lastStep[into] = lastStep[i];
                least[into] = Math.min(least[into], least[i]);
                greatest[into] = Math.max(greatest[into], greatest[i]);
                sum[into] += sum[i];
                count[into] += count[i];
            } else {
                bucket[kept] = at;
                lastStep[kept] = lastStep[i];
                least[kept] = least[i];
                greatest[kept] = greatest[i];
                sum[kept] = sum[i];
                count[kept] = count[i];
                kept++;
            }
        }
        size = kept;
    }

    /** A copy of what is there. */
    public Buckets buckets() {
        float[] mean = new float[size];
        for (int i = 0; i < size; i++) {
            mean[i] = (float) (sum[i] / count[i]);
        }
        return new Buckets(
                Arrays.copyOf(lastStep, size), Arrays.copyOf(least, size), mean, Arrays.copyOf(greatest, size));
    }
}
