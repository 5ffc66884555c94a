package io.saddle.cli.notification;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.List;
import java.util.StringJoiner;

/** Rules and notifications as the console tells of them. */
final class NotificationRules {

    private NotificationRules() {}

    /** What a rule speaks of, in words. */
    static String conditions(JsonNode rule) {
        List<String> conditions = new ArrayList<>();
        if (!rule.path("runPhases").isEmpty()) {
            conditions.add("runs end " + joined(rule.path("runPhases")));
        }
        if (!rule.path("executionPhases").isEmpty()) {
            conditions.add("executions end " + joined(rule.path("executionPhases")));
        }
        if (rule.path("violatedDualSteps").isNumber()) {
            conditions.add("violated for " + rule.path("violatedDualSteps").asInt() + " dual steps");
        }
        if (rule.path("fidWorseThan").isNumber()) {
            conditions.add("FID worse than " + rule.path("fidWorseThan").asText());
        }
        if (rule.path("alertSeverity").isTextual()) {
            conditions.add("alerts from " + rule.path("alertSeverity").asText() + " on");
        }
        String which = rule.path("runs").asText("*").equals("*")
                ? ""
                : "; of " + rule.path("runs").asText();
        String labels = rule.path("labels").isEmpty() ? "" : "; with " + joined(rule.path("labels"));
        return String.join(", ", conditions) + which + labels;
    }

    private static String joined(JsonNode values) {
        StringJoiner all = new StringJoiner("|");
        values.forEach(value -> all.add(value.asText()));
        return all.toString();
    }

    /** What became of a notification: its outcome, and why where it failed. */
    static String outcome(JsonNode notification) {
        String outcome = notification.path("outcome").asText("");
        if (!notification.path("outcome").isTextual()) {
            return "under way";
        }
        return outcome.equals("FAILED")
                ? "failed: " + notification.path("answer").asText()
                : "delivered";
    }
}
