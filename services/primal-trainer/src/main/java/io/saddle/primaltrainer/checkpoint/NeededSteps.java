package io.saddle.primaltrainer.checkpoint;

import java.util.Set;

/** The steps of a run that runs still need, this one or others: what they name of it outlives its successors. */
public interface NeededSteps {

    /** Nobody needs anything. */
    NeededSteps NONE = new NeededSteps() {
        @Override
        public Set<Long> models() {
            return Set.of();
        }

        @Override
        public Set<Long> checkpoints() {
            return Set.of();
        }
    };

    /** Those whose models runs begin with or are compared with. */
    Set<Long> models();

    /** Those whose checkpoints others begin with. */
    Set<Long> checkpoints();
}
