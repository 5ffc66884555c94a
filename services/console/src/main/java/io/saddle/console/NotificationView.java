package io.saddle.console;

import io.saddle.console.notification.NotificationTables.Told;
import io.saddle.schema.Notification;
import io.saddle.schema.NotificationKind;
import io.saddle.schema.NotificationOutcome;
import io.saddle.schema.NotificationResult;
import io.saddle.schema.Severity;
import java.time.Instant;
import org.eclipse.microprofile.openapi.annotations.media.Schema;

/**
 * A notification and what became of it.
 *
 * @param outcome null while it is under way
 * @param attempts null while it is under way
 * @param answer what the receiver answered; null while it is under way
 * @param endedAt when it was delivered or given up; null while it is under way
 */
record NotificationView(
        String eventId,
        String rule,
        String channel,
        NotificationKind kind,
        Severity severity,
        @Schema(nullable = true) String runId,
        @Schema(nullable = true) String executionId,
        @Schema(nullable = true) String constraintId,
        String title,
        String message,
        Instant occurredAt,
        @Schema(nullable = true) NotificationOutcome outcome,
        @Schema(nullable = true) Integer attempts,
        @Schema(nullable = true) String answer,
        @Schema(nullable = true) Instant endedAt) {

    static NotificationView of(Told told) {
        Notification notification = told.notification();
        NotificationResult result = told.result().orElse(null);
        return new NotificationView(
                notification.getEventId(),
                notification.getRule(),
                notification.getChannel(),
                notification.getKind(),
                notification.getSeverity(),
                notification.getRunId(),
                notification.getExecutionId(),
                notification.getConstraintId(),
                notification.getTitle(),
                notification.getMessage(),
                notification.getOccurredAt(),
                result == null ? null : result.getOutcome(),
                result == null ? null : result.getAttempts(),
                result == null ? null : result.getMessage(),
                result == null ? null : result.getEndedAt());
    }
}
