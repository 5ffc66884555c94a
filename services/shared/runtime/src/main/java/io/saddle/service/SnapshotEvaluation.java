package io.saddle.service;

import io.saddle.kafka.Received;
import io.saddle.run.spec.RunSpec;
import io.saddle.schema.ModelSnapshot;
import io.saddle.schema.SnapshotWeights;
import java.io.IOException;
import java.util.concurrent.ExecutionException;

/** The evaluation of a run's snapshots, which an evaluating service brings. */
public interface SnapshotEvaluation {

    /** The snapshots that it looks at. */
    SnapshotWeights weights();

    /** True if a snapshot may be left out because a newer one of its run is there already. */
    boolean mayBeSkipped(ModelSnapshot snapshot, RunSpec spec);

    /**
     * True if nobody needs a snapshot's evaluation any more, or its result is on its topic: a look-up, without a look at the
     * snapshot's files.
     */
    boolean isSettled(Received<ModelSnapshot> snapshot, RunSpec spec) throws InterruptedException;

    /**
     * Evaluates a snapshot and returns when the result is durable on its topic.
     *
     * @throws io.saddle.kafka.RefusedException if this process cannot take it up; it is said in an alert at once, and the snapshot kept
     *     with the dead letters
     * @throws IOException if the snapshot or data cannot be read; after a few tries it is said in an alert,
     *     the snapshot kept with the dead letters, and the next one taken; tried without end where the disk is full or away
     * @throws IllegalArgumentException if the specification does not fit them; likewise
     * @throws ExecutionException if the result could not be written; the snapshot is tried again
     */
    void evaluate(Received<ModelSnapshot> snapshot, RunSpec spec)
            throws IOException, ExecutionException, InterruptedException;

    /** The remedy when a snapshot could not be evaluated, and what that means for the run. */
    String remedy();
}
