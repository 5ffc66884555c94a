package io.saddle.pipeline.execution;

import io.saddle.schema.ExecutionPhase;

/** The meaning of an execution's phases. */
public final class ExecutionPhases {

    private ExecutionPhases() {}

    /** True if an execution in this phase has ended, until somebody asks it to go on from what failed. */
    public static boolean isFinal(ExecutionPhase phase) {
        return phase == ExecutionPhase.SUCCEEDED || phase == ExecutionPhase.FAILED || phase == ExecutionPhase.STOPPED;
    }
}
