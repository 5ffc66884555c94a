package io.saddle.lab.bench.pipeline;

import io.saddle.schema.ConstraintMultiplier;
import io.saddle.schema.GradientSummary;
import io.saddle.schema.LossEstimate;
import io.saddle.schema.MultiplierUpdate;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * The way of one multiplier update, from the step that it judges to the step that takes it. All times are those of the
 * services' own clocks, which on one machine are one clock; milliseconds.
 *
 * @param step primal step of the snapshot
 * @param dualStep the update
 * @param announcing from the step's end until the snapshot is durable and handed to the broker
 * @param takingUp from there until the evaluator begins with it
 * @param evaluating from there until the last estimate that the update needs: reading, checking, and {@code computing}
 * @param computing the evaluator's own computing within it
 * @param updating from there until the dual step is made
 * @param applying from there until a primal step begins with it
 */
record DualPass(
        long step,
        long dualStep,
        double announcing,
        double takingUp,
        double evaluating,
        double computing,
        double updating,
        double applying) {

    /** From the announcement to the step that takes the multipliers. */
    double whole() {
        return takingUp + evaluating + updating + applying;
    }

    /** The share of it that the pipeline itself takes. */
    double withoutComputing() {
        return whole() - computing;
    }

    /**
     * The updates of a run that a later step took.
     *
     * @param after updates that judge this step or an earlier one are left out
     */
    static List<DualPass> of(RunRecords run, long after) {
        List<DualPass> passes = new ArrayList<>();
        for (MultiplierUpdate update : run.updates()) {
            if (update.getStep() > after) {
                of(run, update).ifPresent(passes::add);
            }
        }
        return passes;
    }

    private static Optional<DualPass> of(RunRecords run, MultiplierUpdate update) {
        Instant announced = run.announced().get(update.getStep());
        Optional<GradientSummary> judged = run.summaries().stream()
                .filter(summary -> summary.getStep() == update.getStep())
                .findFirst();
        Optional<GradientSummary> taking = run.summaries().stream()
                .filter(summary -> summary.getDualStep() >= update.getDualStep())
                .findFirst();
        List<LossEstimate> measured = measured(run, update);
        List<LossEstimate> moving = moving(measured, update);
        if (announced == null || judged.isEmpty() || taking.isEmpty() || moving.isEmpty()) {
            return Optional.empty();
        }
        Instant computed = moving.stream()
                .map(LossEstimate::getComputedAt)
                .max(Instant::compareTo)
                .orElseThrow();
        Instant takenUp = moving.stream()
                .map(LossEstimate::getTakenUpAt)
                .min(Instant::compareTo)
                .orElseThrow();
        double computing = measured.stream()
                .filter(estimate -> !estimate.getComputedAt().isAfter(computed))
                .mapToDouble(LossEstimate::getComputeMillis)
                .sum();
        double begun =
                taking.get().getRecordedAt().toEpochMilli() - taking.get().getStepMillis();
        return Optional.of(new DualPass(
                update.getStep(),
                update.getDualStep(),
                millis(judged.get().getRecordedAt(), announced),
                millis(announced, takenUp),
                millis(takenUp, computed),
                computing,
                millis(computed, update.getUpdatedAt()),
                begun - update.getUpdatedAt().toEpochMilli()));
    }

    /** The first estimate of each constraint on the update's snapshot that an evaluator made. */
    private static List<LossEstimate> measured(RunRecords run, MultiplierUpdate update) {
        List<LossEstimate> first = new ArrayList<>();
        for (LossEstimate estimate : run.estimates()) {
            if (estimate.getStep() == update.getStep()
                    && estimate.getTakenUpAt() != null
                    && first.stream().noneMatch(other -> isSameMeasure(other, estimate))) {
                first.add(estimate);
            }
        }
        return first;
    }

    private static boolean isSameMeasure(LossEstimate a, LossEstimate b) {
        return a.getConstraintId().equals(b.getConstraintId())
                && a.getConstraintVersion() == b.getConstraintVersion()
                && a.getEvaluator().equals(b.getEvaluator());
    }

    /** Those that moved a multiplier; none if one of them is missing, for example since the trainer measured it. */
    private static List<LossEstimate> moving(List<LossEstimate> measured, MultiplierUpdate update) {
        List<LossEstimate> moving = new ArrayList<>();
        for (ConstraintMultiplier row : update.getConstraints()) {
            if (row.getEvaluator() != null) {
                Optional<LossEstimate> its = measured.stream()
                        .filter(estimate -> estimate.getConstraintId().equals(row.getConstraintId())
                                && estimate.getConstraintVersion() == row.getVersion()
                                && estimate.getEvaluator().equals(row.getEvaluator()))
                        .findFirst();
                if (its.isEmpty()) {
                    return List.of();
                }
                moving.add(its.get());
            }
        }
        return moving;
    }

    private static double millis(Instant from, Instant to) {
        return to.toEpochMilli() - from.toEpochMilli();
    }
}
