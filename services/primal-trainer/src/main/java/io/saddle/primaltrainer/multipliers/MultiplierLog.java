package io.saddle.primaltrainer.multipliers;

import io.saddle.schema.ConstraintMultiplier;
import io.saddle.schema.MultiplierUpdate;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.TreeMap;

/**
 * A run's multiplier vectors by dual step: one for each, for ever, so that a replayed primal step finds the vector that it
 * had. Written by the reader's thread in the order of the dual steps, waited on by the trainer's.
 */
public final class MultiplierLog {

    private final NavigableMap<Long, MultiplierVector> vectors = new TreeMap<>();
    /** Primal step of the newest snapshot that moved each constraint. */
    private final Map<String, Long> movedAt = new HashMap<>();

    private long oldest;

    public MultiplierLog(MultiplierVector initial) {
        vectors.put(0L, initial);
        movedAt.putAll(initial.movedAt());
    }

    /** Takes a vector up; a second one for a dual step never replaces the first. */
    public synchronized void add(MultiplierUpdate update) {
        for (ConstraintMultiplier row : update.getConstraints()) {
            // One that came during the run is as new as the first vector that names it.
            movedAt.putIfAbsent(row.getConstraintId(), update.getStep());
            if (row.getEvaluator() != null) {
                movedAt.merge(row.getConstraintId(), update.getStep(), Math::max);
            }
        }
        if (update.getDualStep() >= oldest) {
            vectors.putIfAbsent(update.getDualStep(), MultiplierVector.of(update, movedAt));
        }
        notifyAll();
    }

    /** Lets go of the vectors before a dual step: no step of this run will ask for them again. */
    public synchronized void forgetBefore(long dualStep) {
        oldest = Math.max(oldest, dualStep);
        if (vectors.lastKey() >= oldest) {
            vectors.headMap(oldest).clear();
        }
    }

    /** @throws IllegalStateException for a vector that was forgotten: to take it for one that was never made would change steps */
    synchronized Optional<MultiplierVector> at(long dualStep) {
        if (dualStep < oldest) {
            throw new IllegalStateException("dual step " + dualStep + " was forgotten, the oldest kept is " + oldest);
        }
        return Optional.ofNullable(vectors.get(dualStep));
    }

    public synchronized MultiplierVector newest() {
        return vectors.lastEntry().getValue();
    }

    /** Returns when a vector comes, or after {@code atMost}. */
    public synchronized void awaitMore(Duration atMost) throws InterruptedException {
        wait(Math.max(1, atMost.toMillis()));
    }
}
