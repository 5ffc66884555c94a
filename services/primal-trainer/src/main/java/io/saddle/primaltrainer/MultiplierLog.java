package io.saddle.primaltrainer;

import io.saddle.schema.MultiplierUpdate;
import java.time.Duration;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.TreeMap;

/**
 * A run's multiplier vectors by dual step: one for each, for ever, so that a replayed primal step finds the vector that it
 * had. Written by the reader's thread, waited on by the trainer's.
 */
final class MultiplierLog {

    private final NavigableMap<Long, MultiplierVector> vectors = new TreeMap<>();

    MultiplierLog() {
        vectors.put(0L, MultiplierVector.INITIAL);
    }

    /** Takes a vector up; a second one for a dual step never replaces the first. */
    synchronized void add(MultiplierUpdate update) {
        vectors.putIfAbsent(update.getDualStep(), MultiplierVector.of(update));
        notifyAll();
    }

    synchronized Optional<MultiplierVector> at(long dualStep) {
        return Optional.ofNullable(vectors.get(dualStep));
    }

    synchronized MultiplierVector newest() {
        return vectors.lastEntry().getValue();
    }

    /** Returns when a vector comes, or after {@code atMost}. */
    synchronized void awaitMore(Duration atMost) throws InterruptedException {
        wait(Math.max(1, atMost.toMillis()));
    }
}
