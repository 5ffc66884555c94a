package io.saddle.lab.soak;

import io.saddle.run.dual.DualMemory;
import io.saddle.run.dual.DualRule;
import io.saddle.run.spec.RunSpec;
import io.saddle.schema.ConstraintMultiplier;
import io.saddle.schema.MultiplierUpdate;
import java.util.Arrays;
import java.util.List;
import java.util.function.Consumer;

/**
 * The check that the updates of one run are those that {@link DualRule} makes of its plan's estimates: each dual step once, its own constraint
 * alone moved by its own loss, every value to the bit.
 */
final class TrajectoryCheck implements Consumer<MultiplierUpdate> {

    private final EstimatePlan plan;
    private final RunSpec spec;
    private final double[] multipliers;
    private final DualMemory[] memories;
    private final UpdateProblems problems = new UpdateProblems();
    private long dualStep;

    /** @param spec of the run, its constraints in the plan's order */
    TrajectoryCheck(EstimatePlan plan, RunSpec spec) {
        this.plan = plan;
        this.spec = spec;
        this.multipliers = spec.constraints().stream()
                .mapToDouble(RunSpec.Constraint::initialMultiplier)
                .toArray();
        this.memories = new DualMemory[multipliers.length];
        Arrays.fill(memories, DualMemory.NONE);
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
        if (update.getConstraints().size() != multipliers.length) {
            problems.add(update, "has rows of " + update.getConstraints().size() + " constraints");
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
        double wanted = moved ? moved(update, index) : multipliers[index];
        if (row.getAfter() != wanted) {
            problems.add(update, row.getConstraintId() + " ends at " + row.getAfter() + ", not at " + wanted);
        }
        multipliers[index] = row.getAfter();
    }

    private double moved(MultiplierUpdate update, int index) {
        RunSpec.Constraint constraint = spec.constraints().get(index);
        DualRule.Outcome outcome = DualRule.of(spec.dual(), constraint)
                .step(plan.lossOf(update.getDualStep()), constraint.threshold(), multipliers[index], memories[index]);
        memories[index] = outcome.memory();
        return outcome.multiplier();
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
