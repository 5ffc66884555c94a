package io.saddle.dualupdater;

import io.saddle.schema.Alert;
import io.saddle.schema.AlertKind;
import io.saddle.schema.LossEstimate;
import io.saddle.schema.Severity;
import java.time.Instant;
import java.util.Optional;

/**
 * An evaluator's estimates of one version of a constraint that no dual step can be made of: more of them would not help, somebody
 * has to know.
 */
record UnusableEstimate(String runId, String constraintId, int version, String evaluator, Verdict verdict) {

    /** The name that the service gives itself in alerts and letters. */
    static final String SERVICE = "dual-updater";

    static Optional<UnusableEstimate> of(LossEstimate estimate, Verdict verdict) {
        return verdict == Verdict.NO_REFERENCE || verdict == Verdict.NOT_FINITE
                ? Optional.of(new UnusableEstimate(
                        estimate.getRunId(),
                        estimate.getConstraintId(),
                        estimate.getConstraintVersion(),
                        estimate.getEvaluator(),
                        verdict))
                : Optional.empty();
    }

    Alert alert(Instant now) {
        boolean reference = verdict == Verdict.NO_REFERENCE;
        return Alert.newBuilder()
                .setRunId(runId)
                .setKind(AlertKind.OTHER)
                .setSeverity(Severity.ERROR)
                .setMessage("constraint '" + constraintId + "': the estimates of '" + evaluator + "' move nothing: "
                        + (reference
                                ? "its threshold is relative, and they do not say to what (thresholdReference)"
                                : "loss or reference is not finite"))
                .setRemedy(
                        reference
                                ? "let an evaluator measure it that knows relative thresholds, or add the constraint anew with an"
                                        + " absolute one"
                                : "see the evaluator's log and the run's losses")
                .setConstraintId(constraintId)
                .setService(SERVICE)
                .setRaisedAt(now)
                .build();
    }
}
