package io.saddle.primaltrainer.checkpoint;

import io.saddle.schema.KeptCheckpoint;

/** The listener to what is amiss with a run's checkpoints although one of them can be gone on from. */
public interface CheckpointTrouble {

    /** One is there and had to be skipped. */
    void damaged(String name, String wrong);

    /**
     * The one that the run's status names is not there, and an older one is taken.
     *
     * @param step of the one that is taken
     */
    void missing(KeptCheckpoint onRecord, long step);
}
