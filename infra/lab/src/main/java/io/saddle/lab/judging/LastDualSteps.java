package io.saddle.lab.judging;

import io.saddle.schema.ConstraintMultiplier;
import io.saddle.schema.MultiplierUpdate;
import java.util.List;
import java.util.Optional;
import java.util.function.ToDoubleFunction;

/**
 * A constraint at the end of a run: means over the last tenth of its dual steps, for single ones have noise.
 *
 * @param loss of the current weights, by the evaluator
 * @param bound threshold and relaxation
 * @param multiplier after the steps: the shadow price
 */
public record LastDualSteps(double loss, double bound, double multiplier) {

    /** The same up to a primal step, as if the run had ended there. */
    public static Optional<LastDualSteps> of(List<MultiplierUpdate> updates, String constraint, long step) {
        return of(updates.stream().filter(update -> update.getStep() <= step).toList(), constraint);
    }

    /** Empty if none of them moved the constraint. */
    public static Optional<LastDualSteps> of(List<MultiplierUpdate> updates, String constraint) {
        List<ConstraintMultiplier> rows = updates.subList(updates.size() * 9 / 10, updates.size()).stream()
                .flatMap(update -> update.getConstraints().stream())
                .filter(row -> row.getConstraintId().equals(constraint) && row.getLoss() != null)
                .toList();
        return rows.isEmpty()
                ? Optional.empty()
                : Optional.of(new LastDualSteps(
                        mean(rows, ConstraintMultiplier::getLoss),
                        mean(rows, row -> row.getThreshold() + row.getRelaxation()),
                        mean(rows, ConstraintMultiplier::getAfter)));
    }

    private static double mean(List<ConstraintMultiplier> rows, ToDoubleFunction<ConstraintMultiplier> figure) {
        return rows.stream().mapToDouble(figure).average().orElseThrow();
    }
}
