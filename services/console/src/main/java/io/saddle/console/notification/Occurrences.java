package io.saddle.console.notification;

import io.saddle.console.notification.WatchedSubject.Violation;
import io.saddle.run.dual.SignificantDigits;
import io.saddle.schema.Alert;
import io.saddle.schema.ConstraintMultiplier;
import io.saddle.schema.ExecutionPhase;
import io.saddle.schema.ExecutionStatus;
import io.saddle.schema.FeatureMeasure;
import io.saddle.schema.FidScore;
import io.saddle.schema.MultiplierUpdate;
import io.saddle.schema.NotificationKind;
import io.saddle.schema.RunPhase;
import io.saddle.schema.RunStatus;
import io.saddle.schema.Severity;
import java.util.LinkedHashMap;
import java.util.Map;

/** What has happened according to a record, in words for people who do not look at the page. */
final class Occurrences {

    private static final int DIGITS = 4;

    private Occurrences() {}

    static Occurrence runEnded(RunStatus status) {
        RunPhase phase = status.getPhase();
        Map<String, String> facts = new LinkedHashMap<>();
        facts.put("phase", phase.name());
        facts.put("step", Long.toString(status.getStep()));
        facts.put("totalSteps", Long.toString(status.getTotalSteps()));
        facts.put("dualStep", Long.toString(status.getDualStep()));
        return new Occurrence(
                NotificationKind.RUN_ENDED,
                severity(phase.name()),
                status.getRunId(),
                null,
                null,
                null,
                phase.name(),
                "run " + status.getRunId() + " " + words(phase.name()) + " at step " + status.getStep() + " of "
                        + status.getTotalSteps(),
                status.getMessage(),
                facts,
                status.getUpdatedAt());
    }

    static Occurrence executionEnded(ExecutionStatus status) {
        ExecutionPhase phase = status.getPhase();
        Map<String, String> facts = new LinkedHashMap<>();
        facts.put("phase", phase.name());
        facts.put("pipeline", status.getPipeline());
        facts.put("pipelineRevision", Integer.toString(status.getPipelineRevision()));
        return new Occurrence(
                NotificationKind.EXECUTION_ENDED,
                severity(phase.name()),
                null,
                status.getExecutionId(),
                status.getPipeline(),
                null,
                status.getRound() + "-" + phase,
                "execution " + status.getExecutionId() + " " + words(phase.name()),
                status.getMessage(),
                facts,
                status.getUpdatedAt());
    }

    private static Severity severity(String end) {
        return switch (end) {
            case "FAILED" -> Severity.ERROR;
            case "STOPPED" -> Severity.WARNING;
            default -> Severity.INFO;
        };
    }

    private static String words(String end) {
        return switch (end) {
            case "FAILED" -> "has failed";
            case "STOPPED" -> "was stopped";
            case "SUCCEEDED" -> "has succeeded";
            default -> "is complete";
        };
    }

    static Occurrence violated(MultiplierUpdate update, ConstraintMultiplier constraint, Violation violation) {
        Map<String, String> facts = new LinkedHashMap<>();
        facts.put("dualSteps", Integer.toString(violation.dualSteps()));
        facts.put("dualStep", Long.toString(update.getDualStep()));
        facts.put("step", Long.toString(update.getStep()));
        facts.put("loss", Double.toString(constraint.getLoss()));
        facts.put("threshold", Double.toString(constraint.getThreshold()));
        facts.put("multiplier", Double.toString(constraint.getAfter()));
        return new Occurrence(
                NotificationKind.CONSTRAINT_VIOLATED,
                Severity.WARNING,
                update.getRunId(),
                null,
                null,
                constraint.getConstraintId(),
                Long.toString(violation.since()),
                "run " + update.getRunId() + " has violated " + constraint.getConstraintId() + " for "
                        + violation.dualSteps() + (violation.dualSteps() == 1 ? " dual step" : " dual steps"),
                "loss " + digits(constraint.getLoss()) + ", threshold " + digits(constraint.getThreshold())
                        + ", multiplier " + digits(constraint.getAfter()),
                facts,
                update.getUpdatedAt());
    }

    static Occurrence judged(FidScore score) {
        String metric = score.getMeasures().stream()
                .findFirst()
                .map(FeatureMeasure::getMetric)
                .orElse("Frechet distance");
        Map<String, String> facts = new LinkedHashMap<>();
        facts.put("fid", Double.toString(score.getFid()));
        facts.put("step", Long.toString(score.getStep()));
        facts.put("images", Integer.toString(score.getImages()));
        facts.put("featureExtractor", score.getFeatureExtractor());
        return new Occurrence(
                NotificationKind.FID_WORSE,
                Severity.WARNING,
                score.getRunId(),
                null,
                null,
                null,
                score.getStep() + (score.getLast() ? "-last" : ""),
                "run " + score.getRunId() + ": " + metric + " " + digits(score.getFid()) + " at step "
                        + score.getStep(),
                score.getLast() ? "of the finished model" : "the model before was better",
                facts,
                score.getEvaluatedAt());
    }

    static Occurrence alert(Alert alert, String place) {
        Map<String, String> facts = new LinkedHashMap<>();
        facts.put("alert", alert.getKind().name());
        facts.put("service", alert.getService());
        if (alert.getStep() != null) {
            facts.put("step", alert.getStep().toString());
        }
        String runId = alert.getRunId().isEmpty() ? null : alert.getRunId();
        String about = runId == null ? alert.getExecutionId() : runId;
        return new Occurrence(
                NotificationKind.ALERT,
                alert.getSeverity(),
                runId,
                alert.getExecutionId(),
                pipeline(alert.getExecutionId()),
                alert.getConstraintId(),
                place,
                (about == null ? alert.getService() : about) + ": " + alert.getMessage(),
                alert.getRemedy(),
                facts,
                alert.getRaisedAt());
    }

    /** Of an execution's id, PIPELINE-NUMBER. */
    private static String pipeline(String executionId) {
        return executionId == null ? null : executionId.replaceFirst("-\\d+$", "");
    }

    private static String digits(double value) {
        return SignificantDigits.of(value, DIGITS);
    }
}
