package io.saddle.run;

import io.saddle.schema.RunPhase;

/** The meaning of a run's phases. */
public final class RunPhases {

    private RunPhases() {}

    /** True if a run in this phase takes no more steps, ever. */
    public static boolean isFinal(RunPhase phase) {
        return phase == RunPhase.COMPLETED || phase == RunPhase.FAILED || phase == RunPhase.STOPPED;
    }
}
