package io.saddle.primaltrainer.progress;

import io.saddle.schema.RunPhase;

/**
 * The state of a run, as its trainer says it.
 *
 * @param message for a person
 * @param etaSeconds seconds of training left; null where not known
 */
public record RunStanding(
        RunPhase phase, long step, long totalSteps, long dualStep, String message, Double etaSeconds) {

    public static final RunStanding STARTING =
            new RunStanding(RunPhase.STARTING, 0, 0, 0, "loading data and the newest checkpoint", null);

    public RunStanding but(String otherMessage) {
        return new RunStanding(phase, step, totalSteps, dualStep, otherMessage, null);
    }

    public RunStanding stopped() {
        return new RunStanding(RunPhase.STOPPED, step, totalSteps, dualStep, "stopped on request", null);
    }

    public RunStanding paused(String why) {
        return new RunStanding(RunPhase.PAUSED, step, totalSteps, dualStep, why, null);
    }

    public RunStanding failed(String why) {
        return new RunStanding(RunPhase.FAILED, step, totalSteps, dualStep, why, null);
    }
}
