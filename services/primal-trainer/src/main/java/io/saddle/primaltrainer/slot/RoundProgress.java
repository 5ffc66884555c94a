package io.saddle.primaltrainer.slot;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/**
 * How far a round's slots are, and which of them are to be given to one more trainer: those that another one could not do, and, when
 * nothing has come for long, all that are missing. Who is slower than the others, or gone, holds nobody up: the first result of a slot
 * counts. Pure; times in nanoseconds of any one clock.
 */
final class RoundProgress {

    /** Before it is known how long a slot takes: longer than a group needs to see that a trainer is gone. */
    private static final long UNKNOWN = Duration.ofSeconds(30).toNanos();

    private static final long SILENT = Duration.ofMinutes(1).toNanos();
    private static final long LEAST = Duration.ofSeconds(2).toNanos();
    private static final int SLOTS_OF_TIME = 2;
    private static final int MOST_DOUBLINGS = 3;
    /** Whatever a result says. */
    private static final long MOST = Duration.ofHours(1).toNanos();

    private final boolean[] done;
    private final int[] attempts;
    private final int[] problems;
    private final long before;
    private long slowest;
    /** When something came, or what was missing was given once more. */
    private long since;

    private long came;
    private int lapses;

    /** @param before nanoseconds that the slowest slot of the round before took; 0: not known */
    RoundProgress(int slots, long before, long now) {
        done = new boolean[slots];
        attempts = new int[slots];
        problems = new int[slots];
        this.before = Math.min(before, MOST);
        since = now;
        came = now;
    }

    /** True if there is a slot of this number and nothing of it has been taken yet. */
    boolean isMissing(int slot) {
        return slot >= 0 && slot < done.length && !done[slot];
    }

    /** A slot has been taken. */
    void done(int slot, long nanos, long now) {
        done[slot] = true;
        slowest = Math.max(slowest, Math.min(nanos, MOST));
        lapses = 0;
        since = now;
        came = now;
    }

    /**
     * A trainer could not do a slot, or what it left cannot be read: it goes to another one.
     *
     * @return how many times in this round
     */
    int failed(int slot) {
        done[slot] = false;
        attempts[slot]++;
        return ++problems[slot];
    }

    /** The slots that are to be given once more now, since nothing has come for too long; each counts as given by that. */
    List<Integer> late(long now) {
        long patience = slowest() == 0 ? UNKNOWN : Math.max(LEAST, SLOTS_OF_TIME * slowest());
        if (now - since < patience << Math.min(lapses, MOST_DOUBLINGS)) {
            return List.of();
        }
        since = now;
        lapses++;
        List<Integer> missing = missing();
        missing.forEach(slot -> attempts[slot]++);
        return missing;
    }

    /** It could not be heard what came: the time until now counts for nothing. */
    void deaf(long now) {
        since = now;
        came = now;
    }

    List<Integer> missing() {
        List<Integer> missing = new ArrayList<>();
        for (int slot = 0; slot < done.length; slot++) {
            if (!done[slot]) {
                missing.add(slot);
            }
        }
        return missing;
    }

    /** How often the slot was given before it is given the next time, from 0. */
    int attempt(int slot) {
        return attempts[slot];
    }

    /** Nanoseconds that the slowest slot so far took, or that of the round before where that took longer; 0: not known. */
    private long slowest() {
        return Math.max(before, slowest);
    }

    /** Nanoseconds that the slowest slot of this round took so far. */
    long slowestHere() {
        return slowest;
    }

    /** True if nothing has come for so long that somebody should know. */
    boolean isSilent(long now) {
        return idle(now) > Math.max(SILENT, 4 * slowest());
    }

    private long idle(long now) {
        return now - came;
    }
}
