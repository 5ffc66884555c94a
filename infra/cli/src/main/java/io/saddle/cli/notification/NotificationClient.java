package io.saddle.cli.notification;

import static io.saddle.cli.connection.Address.encoded;

import com.fasterxml.jackson.databind.JsonNode;
import io.saddle.cli.connection.ConsoleClient;

/** What is asked of the console about notifications. */
record NotificationClient(ConsoleClient console) {

    private static final String NOTIFICATIONS = "/api/notifications";
    private static final String RULES = "/api/notification-rules";

    /** The channels of the console's settings: {@code name} and {@code format} of each. */
    JsonNode channels() {
        return console.get(NOTIFICATIONS + "/channels");
    }

    JsonNode rules() {
        return console.get(RULES);
    }

    /** Makes a rule, or puts it in the place of the one of its name. */
    JsonNode setRule(String name, JsonNode definition) {
        return console.send("PUT", RULES + "/" + encoded(name), definition);
    }

    void deleteRule(String name) {
        console.delete(RULES + "/" + encoded(name));
    }

    /** Has the rule's channel told that somebody tries it; the answer has its {@code eventId}. */
    JsonNode testRule(String name) {
        return console.post(RULES + "/" + encoded(name) + "/test");
    }

    /** The newest notifications with what became of them, the newest first. */
    JsonNode notifications(int limit) {
        return console.get(NOTIFICATIONS + "?limit=" + limit);
    }

    /** A notification with what became of it; missing if it is none of the newest. */
    JsonNode notification(String eventId) {
        return console.get(NOTIFICATIONS + "?event=" + encoded(eventId)).path(0);
    }
}
