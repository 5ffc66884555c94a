package io.saddle.dualupdater;

import io.saddle.run.dual.MixtureWeights;
import io.saddle.run.dual.SignificantDigits;
import io.saddle.run.dual.Violation;
import io.saddle.schema.Alert;
import io.saddle.schema.AlertKind;
import io.saddle.schema.ConstraintMultiplier;
import io.saddle.schema.MultiplierUpdate;
import io.saddle.schema.Severity;
import java.math.RoundingMode;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * One dual step.
 *
 * @param step primal step of the snapshot that it was made from
 * @param violations the violations used, by constraint; one that is missing did not move
 * @param crossed constraints whose multiplier rose past the run's limit, or past a further doubling of it, in this step
 */
record DualStepTaken(
        DualRun before, DualRun after, long step, Map<String, Violation> violations, List<String> crossed) {

    private static final int SHOWN_DIGITS = 4;

    /** The record of this step: the whole vector of active constraints, and those that a retired one leaves with. */
    MultiplierUpdate toRecord(Instant now) {
        List<Double> multipliers = after.constraints().values().stream()
                .filter(constraint -> constraint.definition().active())
                .map(DualConstraint::multiplier)
                .toList();
        List<ConstraintMultiplier> rows = new ArrayList<>();
        after.constraints().forEach((id, constraint) -> {
            if (before.constraints().get(id).hasMultiplier()) {
                rows.add(row(id, constraint, multipliers));
            }
        });
        return MultiplierUpdate.newBuilder()
                .setRunId(after.runId())
                .setDualStep(after.dualStep())
                .setStep(step)
                .setConstraints(rows)
                .setObjectiveWeight(MixtureWeights.objective(multipliers))
                .setUpdatedAt(now)
                .build();
    }

    private ConstraintMultiplier row(String id, DualConstraint constraint, List<Double> multipliers) {
        Violation violation = violations.get(id);
        return ConstraintMultiplier.newBuilder()
                .setConstraintId(id)
                .setVersion(constraint.definition().version())
                .setBefore(before.constraints().get(id).multiplier())
                .setAfter(constraint.multiplier())
                .setLoss(violation == null ? null : violation.loss())
                .setThreshold(constraint.lastBound())
                .setSlack(violation == null ? null : violation.slack())
                .setRelaxation(violation == null ? 0 : violation.relaxation())
                .setMixtureWeight(MixtureWeights.constraint(constraint.multiplier(), multipliers))
                .setEvaluator(violation == null ? null : constraint.definition().evaluator())
                .setMemory(LoggedMemory.of(constraint.memory(), after.settings()))
                .build();
    }

    /** An alert for each of {@code crossed}: a multiplier without bound says that requirements cannot be met together. */
    List<Alert> alerts(Instant now, String service) {
        return crossed.stream().map(id -> alert(id, now, service)).toList();
    }

    private Alert alert(String id, Instant now, String service) {
        DualConstraint constraint = after.constraints().get(id);
        return Alert.newBuilder()
                .setRunId(after.runId())
                .setKind(AlertKind.INFEASIBLE)
                .setSeverity(Severity.WARNING)
                .setMessage(message(id, constraint, violations.get(id)))
                .setRemedy(remedy(constraint.definition(), violations.get(id)))
                .setConstraintId(id)
                .setStep(step)
                .setService(service)
                .setRaisedAt(now)
                .build();
    }

    private String message(String id, DualConstraint constraint, Violation violation) {
        double limit = after.settings().multiplierLimit();
        double mark = limit * Math.pow(2, after.settings().doublingsPastLimit(constraint.multiplier()) - 1);
        String past = mark == limit
                ? "past dual.multiplierLimit " + limit
                : "past " + mark + ", dual.multiplierLimit being " + limit;
        String relaxation = violation.relaxation() == 0
                ? ""
                : " relaxed by " + rounded(violation.relaxation(), RoundingMode.HALF_EVEN);
        return "constraint '" + id + "': its multiplier rose to "
                + rounded(constraint.multiplier(), RoundingMode.HALF_EVEN) + ", "
                + past + "; its loss is " + rounded(violation.loss(), RoundingMode.HALF_EVEN) + " where threshold "
                + violation.threshold() + relaxation + " is allowed: slack "
                + rounded(violation.slack(), RoundingMode.HALF_EVEN)
                + " (in the loss's unit; below 0: not met)";
    }

    /**
     * The threshold that this step's loss would have met, and the gamma with which the multiplier would come to rest at the limit
     * if the loss stayed: (loss - b) / (2 gamma) = limit; both as the specification has them, the threshold counted from what it is
     * relative to. Where the requirement is met, both would ask for more than it does; then the multiplier rose for what the optimizer
     * remembers of earlier violations.
     */
    private String remedy(DualDefinition definition, Violation violation) {
        if (violation.value() <= 0) {
            return "the requirement is met: the optimizer's momentum carried the multiplier past the limit; wait for it to"
                    + " come back, or take optimizer gradient-ascent or a smaller dual.learningRate";
        }
        double gamma = (violation.loss() - violation.threshold())
                / (2 * after.settings().multiplierLimit());
        double met = definition.writtenAs(violation.loss() - violation.relaxation(), violation.threshold());
        String resilience = definition.resilience() == null ? "dual.resilience " : "a resilience of its own of ";
        return "the requirement may be infeasible beside the others: relax it with a threshold of "
                + rounded(met, RoundingMode.CEILING) + " or more, which the model meets now, or with " + resilience
                + rounded(gamma, RoundingMode.CEILING) + "; or relax the other constraints";
    }

    private static String rounded(double value, RoundingMode mode) {
        return SignificantDigits.of(value, SHOWN_DIGITS, mode);
    }
}
