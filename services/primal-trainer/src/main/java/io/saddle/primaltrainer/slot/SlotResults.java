package io.saddle.primaltrainer.slot;

import io.saddle.schema.SlotResult;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** What has come of a run's slots and was not looked at yet, by round. Written by the reader's thread, waited on by the trainer's. */
public final class SlotResults {

    private final Map<String, List<SlotResult>> byRound = new HashMap<>();
    /** The first result of each round that is still to be merged, by the step before it. */
    private final TreeMap<Long, Long> firstOffsets = new TreeMap<>();

    private long oldest;
    private long next;

    /**
     * @param step primal steps done: earlier rounds are of no use
     * @param offset of the first record that is read of the topic
     */
    public SlotResults(long step, long offset) {
        oldest = step;
        next = offset;
    }

    public synchronized void add(SlotResult result, long offset) {
        next = offset + 1;
        if (result.getStep() >= oldest) {
            firstOffsets.merge(result.getStep(), offset, Math::min);
            byRound.computeIfAbsent(result.getRound(), round -> new ArrayList<>())
                    .add(result);
            notifyAll();
        }
    }

    /** The offset from which on somebody who takes the run up has to read, to know what was done of the rounds that are to be merged. */
    public synchronized long neededFrom() {
        return firstOffsets.values().stream().min(Long::compare).orElse(next);
    }

    /** What has come of a round since the last call, in that order. */
    synchronized List<SlotResult> take(String round) {
        List<SlotResult> taken = byRound.remove(round);
        return taken == null ? List.of() : taken;
    }

    /** Lets go of the rounds that began before a step: they are merged, or never will be. */
    synchronized void forgetBefore(long step) {
        oldest = step;
        firstOffsets.headMap(step).clear();
        byRound.values().removeIf(results -> results.get(0).getStep() < step);
    }

    /** Returns when something of a round is there, when anything comes, or after {@code atMost}. */
    synchronized void awaitMore(String round, Duration atMost) throws InterruptedException {
        if (!byRound.containsKey(round)) {
            wait(Math.max(1, atMost.toMillis()));
        }
    }
}
