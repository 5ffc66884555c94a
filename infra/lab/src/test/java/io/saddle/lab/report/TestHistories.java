package io.saddle.lab.report;

import io.saddle.schema.ConstraintMultiplier;
import io.saddle.schema.LossEstimate;
import io.saddle.schema.MultiplierUpdate;
import io.saddle.schema.RunPhase;
import io.saddle.stack.testing.RecordBuilders;
import java.util.List;

/** Histories as topics would have told them. */
public final class TestHistories {

    private TestHistories() {}

    /**
     * A dual step after each primal step, in which the multiplier of constraint a rises by 1; "a.node" measured step 2 in its
     * shadow.
     *
     * @param movers for each dual step who moved it
     * @param jump what the third step starts higher than the second ended
     */
    public static FollowedRun moved(List<String> movers, double jump) {
        FollowedRun history = new FollowedRun();
        for (int i = 0; i < movers.size(); i++) {
            history.add(RecordBuilders.summary("r", i + 1).build());
            history.add(update(i + 1, i + (i == 2 ? jump : 0), movers.get(i)));
        }
        for (long step = 1; step <= 3; step++) {
            history.add(estimate("a", step, 0.10, 0.03));
            history.add(estimate("a.node", step, 0.15, 0.04));
        }
        history.add(estimate("a.node", 9, 0.15, 0.04));
        return history;
    }

    /** Of a run whose steps are done, and of which only the status is still on a topic. */
    public static FollowedRun completed(String run, long step) {
        FollowedRun history = new FollowedRun();
        history.add(RecordBuilders.status(run, RunPhase.COMPLETED).setStep(step).build());
        return history;
    }

    /** Adds an estimate. */
    public static void measured(FollowedRun history, String constraint, long step, double loss, double standardError) {
        history.add(estimate(constraint, step, loss, standardError));
    }

    private static MultiplierUpdate update(long dualStep, double before, String mover) {
        ConstraintMultiplier row = RecordBuilders.multiplier("a", before, dualStep)
                .setLoss(0.1)
                .setEvaluator(mover)
                .build();
        return RecordBuilders.update("r", dualStep, dualStep, row).build();
    }

    private static LossEstimate estimate(String constraint, long step, double loss, double standardError) {
        return RecordBuilders.estimate("r", constraint, step)
                .setLoss(loss)
                .setStandardError(standardError)
                .build();
    }
}
