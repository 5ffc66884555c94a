package io.saddle.lab.soak;

import io.saddle.run.dual.DualMemory;
import io.saddle.run.dual.DualRule;
import io.saddle.run.spec.RunSpec;
import io.saddle.schema.ConstraintMultiplier;
import io.saddle.schema.MultiplierUpdate;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;

/**
 * The check that the updates of a LOCKSTEP run whose losses are known are those that {@link DualRule} makes of them: each dual step once and
 * in order, every value to the bit.
 */
final class LockstepCheck implements Consumer<MultiplierUpdate> {

    /** The losses that were measured. */
    interface Losses {
        /** @param dualStep made of it, from 1 */
        double of(RunSpec.Constraint constraint, long dualStep);
    }

    private record Moved(double before, DualRule.Outcome outcome) {}

    private final RunSpec spec;
    private final Losses losses;
    private final Map<String, Moved> moved = new HashMap<>();
    private final UpdateProblems problems = new UpdateProblems();
    private long dualStep;

    LockstepCheck(RunSpec spec, Losses losses) {
        this.spec = spec;
        this.losses = losses;
    }

    /** Takes the next update in the order of the topic. */
    @Override
    public void accept(MultiplierUpdate update) {
        if (update.getDualStep() != dualStep + 1) {
            problems.add(update, "dual step " + (dualStep + 1) + " was to come");
        }
        if (update.getDualStep() <= dualStep) {
            return;
        }
        while (dualStep < update.getDualStep()) {
            dualStep++;
            spec.constraints()
                    .forEach(constraint -> moved.compute(constraint.id(), (id, last) -> move(constraint, last)));
        }
        if (spec.dual().dualStepOf(update.getStep()) != dualStep) {
            problems.add(update, "made of the snapshot of step " + update.getStep());
        }
        if (update.getConstraints().size() != moved.size()) {
            problems.add(update, "has rows of " + update.getConstraints().size() + " constraints");
        }
        for (ConstraintMultiplier row : update.getConstraints()) {
            compare(update, row);
        }
    }

    private Moved move(RunSpec.Constraint constraint, Moved last) {
        double before =
                last == null ? constraint.initialMultiplier() : last.outcome().multiplier();
        DualMemory memory = last == null ? DualMemory.NONE : last.outcome().memory();
        double loss = losses.of(constraint, dualStep);
        return new Moved(
                before, DualRule.of(spec.dual(), constraint).step(loss, constraint.threshold(), before, memory));
    }

    private void compare(MultiplierUpdate update, ConstraintMultiplier row) {
        Moved expected = moved.get(row.getConstraintId());
        if (expected == null) {
            problems.add(update, "has a row of '" + row.getConstraintId() + "'");
            return;
        }
        DualRule.Outcome outcome = expected.outcome();
        String wanted = inWords(
                expected.before(), outcome.multiplier(), outcome.violation().loss());
        String seen = inWords(row.getBefore(), row.getAfter(), row.getLoss());
        if (!seen.equals(wanted)) {
            problems.add(update, row.getConstraintId() + " went " + seen + ", not " + wanted);
        }
    }

    /** Two doubles have the same words only if they are the same. */
    private static String inWords(double before, double after, Double loss) {
        return "from " + before + " to " + after + " by a loss of " + loss;
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
