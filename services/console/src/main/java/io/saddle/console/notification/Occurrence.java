package io.saddle.console.notification;

import io.saddle.schema.Notification;
import io.saddle.schema.NotificationKind;
import io.saddle.schema.NotificationRule;
import io.saddle.schema.Severity;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Stream;

/**
 * Something that has happened, whoever is to be told.
 *
 * @param runId the run; null where it concerns none
 * @param executionId the execution of a pipeline; null where it concerns none
 * @param pipeline the execution's; null where there is none
 * @param constraintId the constraint; null where it concerns none
 * @param mark tells it from others of its kind and subject
 * @param title in a line
 * @param message more of it; empty where there is nothing to add
 * @param facts values by name
 */
record Occurrence(
        NotificationKind kind,
        Severity severity,
        String runId,
        String executionId,
        String pipeline,
        String constraintId,
        String mark,
        String title,
        String message,
        Map<String, String> facts,
        Instant at) {

    /** The names that a rule may know it by; never empty. */
    List<String> names() {
        List<String> names =
                Stream.of(runId, executionId, pipeline).filter(Objects::nonNull).toList();
        return names.isEmpty() ? List.of("") : names;
    }

    /**
     * What the rule's channel is to be told. The same occurrence has the same id, whenever it is found; but a violation that goes on
     * is another one to a rule that was made anew, which tells of it again.
     */
    Notification toldBy(NotificationRule rule, Instant now) {
        String told = kind == NotificationKind.CONSTRAINT_VIOLATED
                ? mark + "-" + rule.getCreatedAt().toEpochMilli()
                : mark;
        String subject = String.join(
                ".",
                Stream.of(runId, executionId, constraintId)
                        .filter(Objects::nonNull)
                        .toList());
        return Notification.newBuilder()
                .setEventId(String.join("/", rule.getName(), kind.name(), subject, told))
                .setRule(rule.getName())
                .setChannel(rule.getChannel())
                .setKind(kind)
                .setSeverity(severity)
                .setRunId(runId)
                .setExecutionId(executionId)
                .setConstraintId(constraintId)
                .setTitle(title)
                .setMessage(message)
                .setFacts(facts)
                .setOccurredAt(at)
                .setCreatedAt(now)
                .build();
    }
}
