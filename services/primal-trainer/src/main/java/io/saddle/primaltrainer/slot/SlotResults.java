package io.saddle.primaltrainer.slot;

import io.saddle.schema.SlotResult;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;

/** What has come of a run's slots and was not looked at yet, by round. Written by the reader's thread, waited on by the trainer's. */
public final class SlotResults {

    private final Supplier<Optional<String>> obstacle;
    private final Map<String, List<SlotResult>> byRound = new HashMap<>();
    /** The first result of each round that is still to be merged, and of the last that is, by the step before it. */
    private final TreeMap<Long, Long> firstOffsets = new TreeMap<>();

    private long oldest;
    private long next;
    /** The step before the last merged round of which results were read here. */
    private long mergedStep = -1;

    private long slowestMerged;

    /**
     * @param step primal steps done: of earlier rounds it matters alone how long their slots took
     * @param offset of the first record that is read of the topic
     * @param obstacle what keeps the reader from reading now; empty where nothing does
     */
    public SlotResults(long step, long offset, Supplier<Optional<String>> obstacle) {
        this.obstacle = obstacle;
        oldest = step;
        next = offset;
    }

    public synchronized void add(SlotResult result, long offset) {
        next = offset + 1;
        firstOffsets.merge(result.getStep(), offset, Math::min);
        forgetOffsets();
        if (result.getStep() < oldest) {
            time(result);
        } else {
            byRound.computeIfAbsent(result.getRound(), round -> new ArrayList<>())
                    .add(result);
            notifyAll();
        }
    }

    private void time(SlotResult merged) {
        if (merged.getStep() > mergedStep) {
            mergedStep = merged.getStep();
            slowestMerged = 0;
        }
        if (merged.getStep() == mergedStep && merged.getState() != null) {
            slowestMerged = Math.max(slowestMerged, TimeUnit.MILLISECONDS.toNanos(merged.getComputeMillis()));
        }
    }

    /** Of merged rounds the last one says to whoever takes the run up how long a slot takes. */
    private void forgetOffsets() {
        Long last = firstOffsets.lowerKey(oldest);
        if (last != null) {
            firstOffsets.headMap(last).clear();
        }
    }

    /** Nanoseconds that the slowest slot took of the last round that was merged before the run was taken up; 0: not known. */
    synchronized long slowestMerged() {
        return slowestMerged;
    }

    /**
     * The offset from which on somebody who takes the run up has to read, to know what was done of the rounds that are to be merged, and how
     * long that takes.
     */
    public synchronized long neededFrom() {
        return firstOffsets.values().stream().min(Long::compare).orElse(next);
    }

    /** What has come of a round since the last call, in that order. */
    synchronized List<SlotResult> take(String round) {
        List<SlotResult> taken = byRound.remove(round);
        return taken == null ? List.of() : taken;
    }

    /** What keeps from hearing of results, which may be there. */
    Optional<String> obstacle() {
        return obstacle.get();
    }

    /** Lets go of the rounds that began before a step: they are merged, or never will be. */
    synchronized void forgetBefore(long step) {
        oldest = step;
        forgetOffsets();
        byRound.values().removeIf(results -> results.get(0).getStep() < step);
    }

    /** Returns when something of a round is there, when anything comes, or after {@code atMost}. */
    synchronized void awaitMore(String round, Duration atMost) throws InterruptedException {
        if (!byRound.containsKey(round)) {
            wait(Math.max(1, atMost.toMillis()));
        }
    }
}
