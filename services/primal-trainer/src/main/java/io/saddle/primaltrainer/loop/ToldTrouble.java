package io.saddle.primaltrainer.loop;

import io.saddle.primaltrainer.checkpoint.CheckpointTrouble;
import io.saddle.primaltrainer.journal.RunOutput;
import io.saddle.schema.AlertKind;
import io.saddle.schema.KeptCheckpoint;
import io.saddle.schema.Severity;

/**
 * The alerts on a run's checkpoints.
 *
 * @param output of the run
 */
record ToldTrouble(RunOutput output) implements CheckpointTrouble {

    private static final String GOES_ON =
            "the run needs nothing; find out who removes files from the artifact store, and whether it is the right one";

    @Override
    public void damaged(String name, String wrong) {
        alert(
                "checkpoint " + name + " is damaged and was skipped: " + wrong,
                "an older checkpoint is taken; check the disk under the artifact store",
                null);
    }

    @Override
    public void missing(KeptCheckpoint onRecord, long step) {
        long last = onRecord.getStep();
        String again = last == step + 1 ? "step " + last + " is" : "steps " + (step + 1) + " to " + last + " are";
        alert(
                "the run's checkpoint of step " + last + ", which is on record ("
                        + onRecord.getArtifact().getUri()
                        + "), is not in the artifact store: it goes on from that of step "
                        + step + ", and " + again + " done again",
                GOES_ON,
                step);
    }

    /** @param step of the checkpoint that the run goes back to */
    void goesBack(LostSnapshotException lost, long step) {
        alert(
                lost.getMessage()
                        + ", and its dual step cannot be made without it: the run goes back to its checkpoint of step "
                        + step + " and makes it again",
                GOES_ON,
                lost.step());
    }

    private void alert(String message, String remedy, Long step) {
        try {
            output.alert(AlertKind.DAMAGED_ARTIFACT, Severity.WARNING, message, remedy, step);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
