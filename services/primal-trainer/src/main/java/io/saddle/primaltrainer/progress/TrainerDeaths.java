package io.saddle.primaltrainer.progress;

import io.saddle.run.RunPhases;
import io.saddle.schema.RunPhase;
import io.saddle.schema.RunStatus;
import io.saddle.service.ProcessDeaths;

/** The trainers that ended without a word while they held a run, since the run had a checkpoint of a later step. */
public final class TrainerDeaths {

    private TrainerDeaths() {}

    /** As found by the next trainer: whoever ends in order says another phase last. */
    public static ProcessDeaths foundIn(RunStatus before) {
        ProcessDeaths known = new ProcessDeaths(before.getDeaths());
        return isHeld(before.getPhase()) ? known.another() : known;
    }

    private static boolean isHeld(RunPhase phase) {
        return !RunPhases.isFinal(phase)
                && phase != RunPhase.QUEUED
                && phase != RunPhase.PAUSED
                && phase != RunPhase.UNKNOWN;
    }
}
