package io.saddle.primaltrainer.loop;

import io.saddle.artifact.ArtifactStore;
import io.saddle.model.RunMark;
import io.saddle.model.RunModel;
import io.saddle.primaltrainer.checkpoint.KeptAverage;
import io.saddle.primaltrainer.checkpoint.LostCheckpointException;
import io.saddle.primaltrainer.checkpoint.NeededSteps;
import io.saddle.primaltrainer.journal.Journal;
import io.saddle.primaltrainer.journal.RunJournal;
import io.saddle.primaltrainer.journal.RunOutput;
import io.saddle.primaltrainer.journal.StatusLine;
import io.saddle.primaltrainer.ownership.RunClaim;
import io.saddle.primaltrainer.slot.SlottedDescent;
import io.saddle.run.spec.RunSpec;
import io.saddle.run.spec.RunSpecParser;
import io.saddle.schema.KeptCheckpoint;
import io.saddle.schema.RunPhase;
import io.saddle.schema.Severity;
import io.saddle.schema.TrainingRun;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A run that is not being trained here: its newest checkpoint stands. To end it takes neither data nor a device, and what fails on the
 * way is said, not waited for.
 */
record UntrainedRun(TrainingRun run, Journal journal, StatusLine status, ArtifactStore artifacts) {

    private static final Logger LOG = LoggerFactory.getLogger(UntrainedRun.class);

    /**
     * Does as is wished of the run; of one that stops the average in its newest checkpoint is announced as the final model.
     *
     * @param wish anything but to go on
     */
    void end(RunControl.Wish wish) throws InterruptedException {
        switch (wish) {
            case PAUSE -> say(RunPhase.PAUSED, "paused; resume goes on from here");
            case STOP -> stop();
            default -> say(RunPhase.QUEUED, "handed over to the next trainer");
        }
    }

    /**
     * Does as is wished although files cannot be written: what was done since the newest checkpoint is lost.
     *
     * @param wish anything but to go on
     */
    void endWithoutFiles(RunControl.Wish wish, String why) throws InterruptedException {
        String lost = "; what was done since its newest checkpoint could not be kept: " + why;
        switch (wish) {
            case PAUSE -> say(RunPhase.PAUSED, "paused" + lost);
            case STOP -> say(RunPhase.STOPPED, "stopped on request" + lost);
            default -> say(RunPhase.QUEUED, "handed over to the next trainer" + lost);
        }
    }

    /** Says that the run cannot go on, or not here and now. */
    void leave(TrainingFault fault) throws InterruptedException {
        say(fault.isFinal() ? RunPhase.FAILED : RunPhase.QUEUED, fault.message());
        journal.append(status.records().alert(fault.kind(), Severity.ERROR, fault.message(), fault.remedy(), null));
    }

    private void stop() throws InterruptedException {
        try {
            RunSpec spec = new RunSpecParser().fromJson(run.getSpec());
            RunModel model = RunModel.of(spec);
            new RunMark(artifacts, run, status.onRecord()).require();
            long owner = RunClaim.take(journal, status, artifacts);
            RunOutput output =
                    new RunOutput(spec, model, status, journal, artifacts, owner, () -> true, NeededSteps.NONE);
            Optional<KeptAverage> newest =
                    output.checkpoints().newestAverage((name, wrong) -> LOG.warn("{}: {}", name, wrong));
            KeptCheckpoint onRecord = status.onRecord();
            if (newest.isPresent()) {
                KeptAverage average = newest.get();
                output.snapshots().finalAverage(average.weights(), average.step(), average.dualStep());
                String message = "stopped on request" + gone(onRecord, average.step());
                output.status(RunPhase.STOPPED, average.step(), average.dualStep(), message, null);
                // A pause left those of the round that was under way.
                SlottedDescent.clearUp(output, artifacts);
                return;
            }
            if (onRecord != null) {
                throw new LostCheckpointException(onRecord);
            }
            say(RunPhase.STOPPED, "stopped on request");
        } catch (InterruptedException | RunJournal.JournalClosedException e) {
            throw e;
        } catch (Exception | Error e) {
            LOG.warn("{}: the final model cannot be announced", run.getRunId(), e);
            say(RunPhase.STOPPED, "stopped on request; its final model could not be announced: " + e.getMessage());
        }
    }

    /** What is to be said of the checkpoint on record where an earlier one had to be taken. */
    private static String gone(KeptCheckpoint onRecord, long step) {
        return onRecord == null || step >= onRecord.getStep()
                ? ""
                : "; its final model is of step " + step + ": its checkpoint of step " + onRecord.getStep()
                        + " is gone from the artifact store or damaged";
    }

    private void say(RunPhase phase, String message) throws InterruptedException {
        LOG.info("{}: {}: {}", run.getRunId(), phase, message);
        journal.append(out -> status.say(out, status.standing().in(phase, message)));
    }
}
