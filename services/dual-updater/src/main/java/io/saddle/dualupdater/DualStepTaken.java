package io.saddle.dualupdater;

import io.saddle.dual.MixtureWeights;
import io.saddle.dual.Violation;
import io.saddle.schema.Alert;
import io.saddle.schema.AlertKind;
import io.saddle.schema.ConstraintMultiplier;
import io.saddle.schema.MultiplierUpdate;
import io.saddle.schema.Severity;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * One dual step.
 *
 * @param step primal step of the snapshot that it was made from
 * @param violations the violations used, by constraint; one that is missing did not move
 * @param crossed constraints whose multiplier rose past the run's limit in this step
 */
record DualStepTaken(
        DualRun before, DualRun after, long step, Map<String, Violation> violations, List<String> crossed) {

    /** The record of this step: the whole vector of active constraints. */
    MultiplierUpdate toRecord(Instant now) {
        List<Double> multipliers = after.constraints().values().stream()
                .filter(DualConstraint::active)
                .map(DualConstraint::multiplier)
                .toList();
        List<ConstraintMultiplier> rows = new ArrayList<>();
        after.constraints().forEach((id, constraint) -> {
            if (constraint.active()) {
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
                .setVersion(constraint.version())
                .setBefore(before.constraints().get(id).multiplier())
                .setAfter(constraint.multiplier())
                .setLoss(violation == null ? null : violation.loss())
                .setThreshold(constraint.threshold())
                .setSlack(violation == null ? null : violation.slack())
                .setRelaxation(violation == null ? 0 : violation.relaxation())
                .setMixtureWeight(MixtureWeights.constraint(constraint.multiplier(), multipliers))
                .setEvaluator(violation == null ? null : constraint.evaluator())
                .build();
    }

    /** An alert for each multiplier that rose past the limit: the sign of requirements that cannot be met together. */
    List<Alert> alerts(Instant now, String service) {
        return crossed.stream().map(id -> alert(id, now, service)).toList();
    }

    private Alert alert(String id, Instant now, String service) {
        DualConstraint constraint = after.constraints().get(id);
        return Alert.newBuilder()
                .setRunId(after.runId())
                .setKind(AlertKind.INFEASIBLE)
                .setSeverity(Severity.WARNING)
                .setMessage("constraint '" + id + "': its multiplier rose to " + constraint.multiplier()
                        + ", past the limit "
                        + after.settings().multiplierLimit() + "; loss "
                        + violations.get(id).loss() + " against threshold "
                        + constraint.threshold() + " (slack "
                        + violations.get(id).slack() + ")")
                .setRemedy("the requirement may be infeasible: raise its threshold, or set dual.resilience")
                .setConstraintId(id)
                .setStep(step)
                .setService(service)
                .setRaisedAt(now)
                .build();
    }
}
