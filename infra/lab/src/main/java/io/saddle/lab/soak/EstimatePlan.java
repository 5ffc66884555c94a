package io.saddle.lab.soak;

import io.saddle.schema.LossEstimate;
import java.time.Instant;
import java.util.List;

/**
 * The order in which estimates come: round the runs, within a run round its constraints, a new snapshot with each round of them. So the
 * n-th dual step of an ASYNC run is known beforehand.
 *
 * @param runIds ASYNC runs
 * @param constraints number of constraints of each run
 */
record EstimatePlan(List<String> runIds, int constraints) {

    static final String EVALUATOR = "denoising-loss";
    static final double THRESHOLD = 0.25;

    static String constraintId(int index) {
        return "c" + index;
    }

    String run(long n) {
        return runIds.get((int) (n % runIds.size()));
    }

    /** Constraint that moves in a run's dual step, from 1. */
    int constraintOf(long dualStep) {
        return (int) ((dualStep - 1) % constraints);
    }

    /** Primal step of the snapshot behind a run's dual step, from 1. */
    long stepOf(long dualStep) {
        return (dualStep - 1) / constraints + 1;
    }

    /** Estimates for one run among the first {@code count}. */
    long count(String runId, long count) {
        int index = runIds.indexOf(runId);
        return (count - index + runIds.size() - 1) / runIds.size();
    }

    /** The loss that a run's dual step is made of, from 1. Losses lie on both sides of the threshold, so that no multiplier runs off. */
    double lossOf(long dualStep) {
        long step = stepOf(dualStep);
        return THRESHOLD + (step % 2 == 0 ? -0.01 : 0.02 / (1 + step % 7));
    }

    /** The n-th estimate, from 0. */
    LossEstimate estimate(long n) {
        long dualStep = n / runIds.size() + 1;
        return LossEstimate.newBuilder()
                .setRunId(run(n))
                .setConstraintId(constraintId(constraintOf(dualStep)))
                .setConstraintVersion(1)
                .setStep(stepOf(dualStep))
                .setDualStep(Math.max(0, dualStep - 1))
                .setLoss(lossOf(dualStep))
                .setStandardError(0.001)
                .setSamples(256)
                .setEvaluator(EVALUATOR)
                .setEvaluatorBuild("load")
                .setComputeMillis(0)
                .setComputedAt(Instant.now())
                .build();
    }
}
