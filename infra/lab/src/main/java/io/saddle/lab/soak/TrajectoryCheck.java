package io.saddle.lab.soak;

import io.saddle.schema.ConstraintMultiplier;
import io.saddle.schema.MultiplierUpdate;
import java.util.List;
import java.util.function.Consumer;

/** The check that the updates of one run are those of its plan: each dual step once, made of its own estimate, from where the last ended. */
final class TrajectoryCheck implements Consumer<MultiplierUpdate> {

    private final EstimatePlan plan;
    private final double[] multipliers;
    private final UpdateProblems problems = new UpdateProblems();
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
            problems.add(update, "dual step " + expected + " was to come");
        }
        dualStep = Math.max(dualStep, update.getDualStep());
        if (update.getStep() != plan.stepOf(update.getDualStep())) {
            problems.add(update, "made of the snapshot of step " + update.getStep());
        }
        for (ConstraintMultiplier row : update.getConstraints()) {
            check(update, row);
        }
    }

    private void check(MultiplierUpdate update, ConstraintMultiplier row) {
        int index = Integer.parseInt(row.getConstraintId().substring(1));
        boolean moved = row.getLoss() != null;
        if (moved != (index == plan.constraintOf(update.getDualStep()))) {
            problems.add(update, row.getConstraintId() + (moved ? " moved" : " did not move"));
        }
        if (row.getBefore() != multipliers[index]) {
            problems.add(
                    update, row.getConstraintId() + " begins at " + row.getBefore() + ", not at " + multipliers[index]);
        }
        multipliers[index] = row.getAfter();
    }

    /** The newest dual step; without problems, the number of updates too. */
    long dualStep() {
        return dualStep;
    }

    /** The first of what was found. */
    List<String> problems() {
        return problems.all();
    }
}
