package io.saddle.run;

import io.saddle.schema.DesiredState;
import io.saddle.schema.RunPhase;
import io.saddle.schema.TrainingRun;
import java.util.Comparator;

/** The order in which runs get the trainers' free seats, and which of them want one. */
public final class RunQueue {

    /** Higher priorities first, then what was submitted first. */
    public static final Comparator<TrainingRun> ORDER = Comparator.comparingInt(TrainingRun::getPriority)
            .reversed()
            .thenComparing(TrainingRun::getSubmittedAt)
            .thenComparing(TrainingRun::getRunId);

    private RunQueue() {}

    /**
     * True if a trainer has anything to do for the run: train it, or say that it is paused or stopped.
     *
     * @param phase what was last said of it; QUEUED where nothing was
     */
    public static boolean needsTrainer(TrainingRun run, RunPhase phase) {
        boolean asWished = phase == RunPhase.PAUSED && run.getDesiredState() == DesiredState.PAUSED;
        return !asWished && !RunPhases.isFinal(phase);
    }

    /** True if all that is left to do is to end: that takes no seat of those that train. */
    public static boolean isEnding(DesiredState wanted) {
        return wanted == DesiredState.PAUSED || wanted == DesiredState.STOPPED;
    }

    /** Whose quota the run counts for; empty where nobody is known. */
    public static String submitter(TrainingRun run) {
        return run.getSubmittedBy() == null ? "" : run.getSubmittedBy();
    }
}
