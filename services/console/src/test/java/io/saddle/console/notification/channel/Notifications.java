package io.saddle.console.notification.channel;

import io.saddle.schema.Notification;
import io.saddle.schema.NotificationKind;
import io.saddle.schema.Severity;
import java.time.Instant;
import java.util.Map;

/** Notifications to deliver. */
public final class Notifications {

    private Notifications() {}

    public static Notification violated() {
        return Notification.newBuilder()
                .setEventId("held/CONSTRAINT_VIOLATED/faces-1.rare/41")
                .setRule("held")
                .setChannel("ops")
                .setKind(NotificationKind.CONSTRAINT_VIOLATED)
                .setSeverity(Severity.WARNING)
                .setRunId("faces-1")
                .setConstraintId("rare")
                .setTitle("run faces-1 has violated rare for 20 dual steps")
                .setMessage("loss 0.031 > threshold 0.03 & <still> rising")
                .setFacts(Map.of("dualStep", "60", "loss", "0.031"))
                .setOccurredAt(Instant.parse("2026-01-02T03:04:05Z"))
                .setCreatedAt(Instant.parse("2026-01-02T03:04:06Z"))
                .build();
    }
}
