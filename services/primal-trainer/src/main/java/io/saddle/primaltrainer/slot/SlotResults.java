package io.saddle.primaltrainer.slot;

import io.saddle.schema.SlotResult;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** What has come of a run's slots and was not looked at yet, by round. Written by the reader's thread, waited on by the trainer's. */
public final class SlotResults {

    private final Map<String, List<SlotResult>> byRound = new HashMap<>();
    private long oldest;

    public synchronized void add(SlotResult result) {
        if (result.getStep() >= oldest) {
            byRound.computeIfAbsent(result.getRound(), round -> new ArrayList<>())
                    .add(result);
            notifyAll();
        }
    }

    /** What has come of a round since the last call, in that order. */
    synchronized List<SlotResult> take(String round) {
        List<SlotResult> taken = byRound.remove(round);
        return taken == null ? List.of() : taken;
    }

    /** Lets go of the rounds that began before a step: they are merged, or never will be. */
    synchronized void forgetBefore(long step) {
        oldest = step;
        byRound.values().removeIf(results -> results.get(0).getStep() < step);
    }

    /** Returns when something of a round is there, when anything comes, or after {@code atMost}. */
    synchronized void awaitMore(String round, Duration atMost) throws InterruptedException {
        if (!byRound.containsKey(round)) {
            wait(Math.max(1, atMost.toMillis()));
        }
    }
}
