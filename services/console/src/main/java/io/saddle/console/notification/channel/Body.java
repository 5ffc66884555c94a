package io.saddle.console.notification.channel;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.saddle.schema.Notification;
import io.saddle.schema.Severity;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/** The bodies of webhooks, each as its receivers understand it. */
enum Body {

    /** Slack's incoming webhooks: a fallback text, and blocks. Also taken by Mattermost. */
    SLACK {
        @Override
        JsonNode of(Notification notification, Optional<String> link) {
            String title = escaped(notification.getTitle());
            ObjectNode body = JSON.objectNode().put("text", title);
            ArrayNode blocks = body.putArray("attachments")
                    .addObject()
                    .put("color", COLOURS.get(notification.getSeverity()))
                    .putArray("blocks");
            String headline =
                    link.map(address -> "<" + address + "|" + title + ">").orElse(title);
            String message = escaped(notification.getMessage());
            section(blocks, "*" + headline + "*" + (message.isEmpty() ? "" : "\n" + message));
            blocks.addObject()
                    .put("type", "context")
                    .putArray("elements")
                    .addObject()
                    .put("type", "mrkdwn")
                    .put("text", escaped(footer(notification)));
            return body;
        }

        private void section(ArrayNode blocks, String text) {
            blocks.addObject()
                    .put("type", "section")
                    .putObject("text")
                    .put("type", "mrkdwn")
                    .put("text", shortened(text, SLACK_TEXT));
        }

        /** The three characters that Slack's text gives a meaning by. */
        private String escaped(String text) {
            return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;");
        }
    },

    /** Teams' workflow "when a webhook request is received": a message with an Adaptive Card. */
    TEAMS {
        @Override
        JsonNode of(Notification notification, Optional<String> link) {
            ObjectNode body = JSON.objectNode().put("type", "message");
            ObjectNode card = body.putArray("attachments")
                    .addObject()
                    .put("contentType", "application/vnd.microsoft.card.adaptive")
                    .putObject("content")
                    .put("$schema", "http://adaptivecards.io/schemas/adaptive-card.json")
                    .put("type", "AdaptiveCard")
                    .put("version", "1.4");
            ArrayNode parts = card.putArray("body");
            text(parts, notification.getTitle())
                    .put("weight", "Bolder")
                    .put("color", TEAMS_COLOURS.get(notification.getSeverity()));
            if (!notification.getMessage().isEmpty()) {
                text(parts, notification.getMessage());
            }
            ArrayNode facts = parts.addObject().put("type", "FactSet").putArray("facts");
            new TreeMap<>(notification.getFacts())
                    .forEach((name, value) ->
                            facts.addObject().put("title", name).put("value", value));
            text(parts, footer(notification)).put("isSubtle", true).put("size", "Small");
            link.ifPresent(address -> card.putArray("actions")
                    .addObject()
                    .put("type", "Action.OpenUrl")
                    .put("title", "Open")
                    .put("url", address));
            return body;
        }

        private ObjectNode text(ArrayNode parts, String text) {
            return parts.addObject()
                    .put("type", "TextBlock")
                    .put("text", shortened(text, TEAMS_TEXT))
                    .put("wrap", true);
        }
    },

    /** Alertmanager's API v2, {@code POST /api/v2/alerts}: it groups, silences and resolves. */
    ALERTMANAGER {
        @Override
        JsonNode of(Notification notification, Optional<String> link) {
            ArrayNode body = JSON.arrayNode();
            ObjectNode alert = body.addObject();
            ObjectNode labels = alert.putObject("labels")
                    .put(
                            "alertname",
                            "Saddle" + camelCase(notification.getKind().name()))
                    .put("severity", notification.getSeverity().name().toLowerCase(Locale.ROOT))
                    .put("rule", notification.getRule());
            putIfThere(labels, "run", notification.getRunId());
            putIfThere(labels, "execution", notification.getExecutionId());
            putIfThere(labels, "constraint", notification.getConstraintId());
            // Two alerts with equal labels would be one.
            labels.put("event", notification.getEventId());
            alert.putObject("annotations")
                    .put("summary", notification.getTitle())
                    .put("description", notification.getMessage());
            alert.put("startsAt", notification.getOccurredAt().toString());
            link.ifPresent(address -> alert.put("generatorURL", address));
            return body;
        }

        private String camelCase(String name) {
            StringBuilder words = new StringBuilder();
            for (String word : name.split("_")) {
                words.append(word.charAt(0)).append(word.substring(1).toLowerCase(Locale.ROOT));
            }
            return words.toString();
        }
    },

    /** All that there is to know, for programs. */
    JSON_RECORD {
        @Override
        JsonNode of(Notification notification, Optional<String> link) {
            ObjectNode body = JSON.objectNode()
                    .put("eventId", notification.getEventId())
                    .put("kind", notification.getKind().name())
                    .put("severity", notification.getSeverity().name())
                    .put("rule", notification.getRule())
                    .put("runId", notification.getRunId())
                    .put("executionId", notification.getExecutionId())
                    .put("constraintId", notification.getConstraintId())
                    .put("title", notification.getTitle())
                    .put("message", notification.getMessage());
            ObjectNode facts = body.putObject("facts");
            new TreeMap<>(notification.getFacts()).forEach(facts::put);
            return body.put("link", link.orElse(null))
                    .put("occurredAt", notification.getOccurredAt().toString());
        }
    };

    private static final JsonNodeFactory JSON = JsonNodeFactory.instance;
    /** What Slack takes of a section. */
    private static final int SLACK_TEXT = 3000;
    /** A message of Teams is at most 28 KB. */
    private static final int TEAMS_TEXT = 6000;

    private static final Map<Severity, String> COLOURS =
            Map.of(Severity.INFO, "#167a3a", Severity.WARNING, "#a14a04", Severity.ERROR, "#b91c1c");
    private static final Map<Severity, String> TEAMS_COLOURS =
            Map.of(Severity.INFO, "Good", Severity.WARNING, "Warning", Severity.ERROR, "Attention");

    /** @param link to the page of what it concerns */
    abstract JsonNode of(Notification notification, Optional<String> link);

    private static void putIfThere(ObjectNode labels, String name, String value) {
        if (value != null) {
            labels.put(name, value);
        }
    }

    private static String footer(Notification notification) {
        return notification.getSeverity() + ", rule " + notification.getRule() + ", " + notification.getOccurredAt();
    }

    private static String shortened(String text, int most) {
        return text.length() <= most ? text : text.substring(0, most - 1) + "…";
    }
}
