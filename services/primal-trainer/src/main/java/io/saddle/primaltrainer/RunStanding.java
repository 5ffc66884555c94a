package io.saddle.primaltrainer;

import io.saddle.schema.RunPhase;

/**
 * Where a run stands, as its trainer says it.
 *
 * @param message for a person
 * @param etaSeconds seconds of training left; null where not known
 */
record RunStanding(RunPhase phase, long step, long totalSteps, long dualStep, String message, Double etaSeconds) {

    static final RunStanding STARTING =
            new RunStanding(RunPhase.STARTING, 0, 0, 0, "loading data and the newest checkpoint", null);

    RunStanding but(String otherMessage) {
        return new RunStanding(phase, step, totalSteps, dualStep, otherMessage, null);
    }

    RunStanding failed(String why) {
        return new RunStanding(RunPhase.FAILED, step, totalSteps, dualStep, why, null);
    }
}
