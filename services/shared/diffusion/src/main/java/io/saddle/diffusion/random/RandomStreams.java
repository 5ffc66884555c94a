package io.saddle.diffusion.random;

import java.util.SplittableRandom;

/**
 * Random numbers named by what they are for: the stream for (seed, purpose, keys) is the same in every process and however
 * often anything else was drawn, so that a replayed training step is the same step.
 *
 * @param seed the run's seed
 */
public record RandomStreams(long seed) {
    private static final long FNV_OFFSET = 0xcbf29ce484222325L;
    private static final long FNV_PRIME = 0x100000001b3L;
    private static final long GOLDEN_GAMMA = 0x9e3779b97f4a7c15L;

    /** A fresh generator for this purpose, for example {@code stream("noise", step, row)}. */
    public SplittableRandom stream(String purpose, long... keys) {
        long state = mix(seed + GOLDEN_GAMMA) ^ hash(purpose);
        state = mix(state);
        for (long key : keys) {
            state = mix(state * FNV_PRIME + mix(key + GOLDEN_GAMMA));
        }
        return new SplittableRandom(state);
    }

    /** The streams of one of a run's slots, each independent of the others; those of slot 0 are the run's own. */
    public RandomStreams ofSlot(int slot) {
        return slot == 0 ? this : new RandomStreams(stream("slot", slot).nextLong());
    }

    /** Fills {@code count} standard normal values from {@code offset} on. */
    public void gaussian(float[] target, int offset, int count, String purpose, long... keys) {
        SplittableRandom random = stream(purpose, keys);
        for (int i = offset, end = offset + count; i < end; i++) {
            target[i] = (float) random.nextGaussian();
        }
    }

    /** The numbers 0 to {@code n} - 1 in random order (Fisher-Yates). */
    public int[] permutation(int n, String purpose, long... keys) {
        SplittableRandom random = stream(purpose, keys);
        int[] order = new int[n];
        for (int i = 0; i < n; i++) {
            int j = random.nextInt(i + 1);
            order[i] = order[j];
            order[j] = i;
        }
        return order;
    }

    private static long hash(String text) {
        long hash = FNV_OFFSET;
        for (int i = 0; i < text.length(); i++) {
            hash = (hash ^ text.charAt(i)) * FNV_PRIME;
        }
        return hash;
    }

    /** The finalizer of MurmurHash3 in Stafford's variant 13, as in SplittableRandom. */
    private static long mix(long z) {
        z = (z ^ (z >>> 30)) * 0xbf58476d1ce4e5b9L;
        z = (z ^ (z >>> 27)) * 0x94d049bb133111ebL;
        return z ^ (z >>> 31);
    }
}
