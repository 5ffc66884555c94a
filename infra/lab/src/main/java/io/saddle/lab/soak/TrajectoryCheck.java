package io.saddle.lab.soak;

import io.saddle.schema.ConstraintMultiplier;
import io.saddle.schema.MultiplierUpdate;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;

/** The check that the updates of one run are those of its plan: each dual step once, made of its own estimate, from where the last ended. */
final class TrajectoryCheck implements Consumer<MultiplierUpdate> {

    private static final int PROBLEMS_KEPT = 10;

    private final EstimatePlan plan;
    private final double[] multipliers;
    private final List<String> problems = new ArrayList<>();
    private long dualStep;

    TrajectoryCheck(EstimatePlan plan) {
        this.plan = plan;
        this.multipliers = new double[plan.constraints()];
    }

    /** Takes the next update in the order of the topic. */
    @Override
    public void accept(MultiplierUpdate update) {
        long expected = dualStep + 1;
        if (update.getDualStep() != expected) {
            problem(update, "dual step " + expected + " was to come");
        }
        dualStep = Math.max(dualStep, update.getDualStep());
        if (update.getStep() != plan.stepOf(update.getDualStep())) {
            problem(update, "made of the snapshot of step " + update.getStep());
        }
        for (ConstraintMultiplier row : update.getConstraints()) {
            check(update, row);
        }
    }

    private void check(MultiplierUpdate update, ConstraintMultiplier row) {
        int index = Integer.parseInt(row.getConstraintId().substring(1));
        boolean moved = row.getLoss() != null;
        if (moved != (index == plan.constraintOf(update.getDualStep()))) {
            problem(update, row.getConstraintId() + (moved ? " moved" : " did not move"));
        }
        if (row.getBefore() != multipliers[index]) {
            problem(update, row.getConstraintId() + " begins at " + row.getBefore() + ", not at " + multipliers[index]);
        }
        multipliers[index] = row.getAfter();
    }

    private void problem(MultiplierUpdate update, String what) {
        if (problems.size() < PROBLEMS_KEPT) {
            problems.add("run " + update.getRunId() + ", dual step " + update.getDualStep() + ": " + what);
        }
    }

    /** The newest dual step; without problems, the number of updates too. */
    long dualStep() {
        return dualStep;
    }

    /** The problems found, at most {@value #PROBLEMS_KEPT} of it. */
    List<String> problems() {
        return List.copyOf(problems);
    }
}
