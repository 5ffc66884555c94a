package io.saddle.primaltrainer.progress;

import io.saddle.schema.RunPhase;
import io.saddle.schema.RunStatus;

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

    /** {@link #STARTING}, at the steps that an earlier trainer has done. */
    public static RunStanding startingAt(RunStatus before) {
        return new RunStanding(
                RunPhase.STARTING,
                before.getStep(),
                before.getTotalSteps(),
                before.getDualStep(),
                STARTING.message(),
                null);
    }

    public RunStanding but(String otherMessage) {
        return in(phase, otherMessage);
    }

    /** Another phase, at the same steps. */
    public RunStanding in(RunPhase otherPhase, String otherMessage) {
        return new RunStanding(otherPhase, step, totalSteps, dualStep, otherMessage, null);
    }
}
