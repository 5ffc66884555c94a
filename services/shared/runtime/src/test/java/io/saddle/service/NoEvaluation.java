package io.saddle.service;

import io.saddle.kafka.Received;
import io.saddle.run.spec.RunSpec;
import io.saddle.schema.ModelSnapshot;
import io.saddle.schema.SnapshotWeights;
import java.io.IOException;

/** An evaluation of raw snapshots that has every one evaluated and does nothing with it. */
class NoEvaluation implements SnapshotEvaluation {

    @Override
    public SnapshotWeights weights() {
        return SnapshotWeights.RAW;
    }

    @Override
    public boolean mayBeSkipped(ModelSnapshot snapshot, RunSpec spec) {
        return false;
    }

    @Override
    public boolean isSettled(Received<ModelSnapshot> snapshot, RunSpec spec) {
        return false;
    }

    @Override
    public void evaluate(Received<ModelSnapshot> snapshot, RunSpec spec) throws IOException {}

    @Override
    public String remedy() {
        return "look at it";
    }
}
