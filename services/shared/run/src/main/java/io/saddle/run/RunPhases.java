package io.saddle.run;

import io.saddle.schema.RunPhase;

/** What the phases of a run mean. */
public final class RunPhases {

    private RunPhases() {}

    /** Whether a run in this phase takes no more steps, ever. */
    public static boolean isFinal(RunPhase phase) {
        return phase == RunPhase.COMPLETED || phase == RunPhase.FAILED || phase == RunPhase.STOPPED;
    }
}
