package io.saddle.primaltrainer.multipliers;

import io.saddle.schema.ConstraintMultiplier;
import io.saddle.schema.MultiplierUpdate;
import java.time.Duration;
import java.util.Collections;
import java.util.Comparator;
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

    private final NavigableMap<Long, Logged> vectors = new TreeMap<>();
    /** Primal step of the newest snapshot that moved each constraint. */
    private final Map<String, Long> movedAt = new HashMap<>();

    private long oldest;

    /**
     * A vector, and where it stands on the topic.
     *
     * @param offset of its record; that of the first record that is read for the initial vector, which has none
     * @param movedBefore {@link #movedAt} before it
     */
    private record Logged(MultiplierVector vector, long offset, Map<String, Long> movedBefore) {}

    /**
     * Where somebody who takes the run up has to read on.
     *
     * @param offset of the first record that is needed
     * @param movedAt primal step of the newest snapshot before that moved each constraint
     */
    public record Needed(long offset, Map<String, Long> movedAt) {}

    /** Read from the topic's beginning. */
    public MultiplierLog(MultiplierVector initial) {
        this(initial, 0, Map.of());
    }

    /**
     * Read from an offset on.
     *
     * @param past primal step of the newest snapshot before that moved each constraint
     */
    public MultiplierLog(MultiplierVector initial, long from, Map<String, Long> past) {
        movedAt.putAll(initial.movedAt());
        movedAt.putAll(past);
        vectors.put(0L, new Logged(initial, from, Map.copyOf(movedAt)));
    }

    /**
     * Takes a vector up; a second one for a dual step never replaces the first.
     *
     * @param offset of its record
     */
    public synchronized void add(MultiplierUpdate update, long offset) {
        Map<String, Long> before = Map.copyOf(movedAt);
        for (ConstraintMultiplier row : update.getConstraints()) {
            // One that came during the run is as new as the first vector that names it.
            movedAt.putIfAbsent(row.getConstraintId(), update.getStep());
            if (row.getEvaluator() != null) {
                movedAt.merge(row.getConstraintId(), update.getStep(), Math::max);
            }
        }
        if (update.getDualStep() >= oldest) {
            vectors.putIfAbsent(update.getDualStep(), new Logged(MultiplierVector.of(update, movedAt), offset, before));
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

    /**
     * What somebody who takes the run up needs of the topic.
     *
     * @param read offset up to which all that there was is in the log
     */
    public synchronized Needed needed(long read) {
        Logged first = Collections.min(vectors.values(), Comparator.comparingLong(Logged::offset));
        // The initial vector is no record.
        boolean nothingCame = vectors.lastKey() == 0;
        return new Needed(nothingCame ? Math.max(first.offset(), read) : first.offset(), first.movedBefore());
    }

    /** @throws IllegalStateException for a vector that was forgotten: to take it for one that was never made would change steps */
    synchronized Optional<MultiplierVector> at(long dualStep) {
        if (dualStep < oldest) {
            throw new IllegalStateException("dual step " + dualStep + " was forgotten, the oldest kept is " + oldest);
        }
        return Optional.ofNullable(vectors.get(dualStep)).map(Logged::vector);
    }

    public synchronized boolean has(long dualStep) {
        return vectors.containsKey(dualStep);
    }

    public synchronized MultiplierVector newest() {
        return vectors.lastEntry().getValue().vector();
    }

    /** Returns when a vector comes, or after {@code atMost}. */
    public synchronized void awaitMore(Duration atMost) throws InterruptedException {
        wait(Math.max(1, atMost.toMillis()));
    }
}
