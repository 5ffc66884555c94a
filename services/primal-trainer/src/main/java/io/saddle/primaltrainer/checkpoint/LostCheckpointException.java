package io.saddle.primaltrainer.checkpoint;

import io.saddle.schema.KeptCheckpoint;
import java.io.IOException;

/**
 * A checkpoint that is on record and of which nothing is in the store: the store may be another one, or its volume not mounted. To begin
 * anew would lose all that was trained, in silence.
 */
public final class LostCheckpointException extends IOException {

    private static final long serialVersionUID = 1;

    public LostCheckpointException(KeptCheckpoint onRecord) {
        super("the run has a checkpoint of step " + onRecord.getStep() + " on record ("
                + onRecord.getArtifact().getUri()
                + "), and the artifact store has none of its checkpoints");
    }
}
