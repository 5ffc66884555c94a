package io.saddle.primaltrainer.progress;

import io.saddle.run.RunPhases;
import io.saddle.schema.RunPhase;
import io.saddle.schema.RunStatus;
import java.time.Duration;
import java.util.Optional;

/**
 * Trainers that ended without a word while they held a run, such as by a kill for want of memory, one after the other, since the run
 * had a checkpoint of a later step. A run that ends whoever takes it up is to keep nobody from the others.
 *
 * @param count how many
 */
public record TrainerDeaths(int count) {

    /** So many are put down to chance. */
    private static final int TOLERATED = 1;

    private static final Duration FIRST_REST = Duration.ofMinutes(1);
    private static final Duration LONGEST_REST = Duration.ofHours(1);

    public static final TrainerDeaths NONE = new TrainerDeaths(0);

    /** As found by the next trainer: whoever ends in order says another phase last. */
    public static TrainerDeaths foundIn(RunStatus before) {
        return new TrainerDeaths(before.getDeaths() + (isHeld(before.getPhase()) ? 1 : 0));
    }

    private static boolean isHeld(RunPhase phase) {
        return !RunPhases.isFinal(phase)
                && phase != RunPhase.QUEUED
                && phase != RunPhase.PAUSED
                && phase != RunPhase.UNKNOWN;
    }

    /** The time for which the run is set aside now; empty while that is not called for. */
    public Optional<Duration> rest() {
        if (count <= TOLERATED) {
            return Optional.empty();
        }
        Duration rest = FIRST_REST.multipliedBy(1L << Math.min(count - TOLERATED - 1, 16));
        return Optional.of(rest.compareTo(LONGEST_REST) > 0 ? LONGEST_REST : rest);
    }
}
