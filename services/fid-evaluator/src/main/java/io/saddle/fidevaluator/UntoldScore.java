package io.saddle.fidevaluator;

import io.saddle.diffusion.sampling.ImageBatch;
import io.saddle.run.spec.RunSpec;
import io.saddle.schema.FidScore;
import io.saddle.schema.ModelSnapshot;
import java.io.IOException;

/**
 * The score of the snapshot in hand until it is told: judging may take hours, and is not done again because a picture could not be stored
 * or Kafka did not answer. One thread.
 */
final class UntoldScore {

    /**
     * What judging came to.
     *
     * @param score without a grid
     * @param shown in the grid; null if there is to be none
     */
    record Judged(FidScore score, ImageBatch shown) {}

    @FunctionalInterface
    interface Judging {
        Judged judge() throws IOException;
    }

    private ModelSnapshot snapshot;
    private RunSpec spec;
    private Judged judged;

    /** What is known of a snapshot, else what its judging comes to. */
    Judged of(ModelSnapshot wanted, RunSpec by, Judging judging) throws IOException {
        if (judged == null || !wanted.equals(snapshot) || !by.equals(spec)) {
            told();
            judged = judging.judge();
            snapshot = wanted;
            spec = by;
        }
        return judged;
    }

    /** It is durable on its topic. */
    void told() {
        judged = null;
        snapshot = null;
        spec = null;
    }
}
