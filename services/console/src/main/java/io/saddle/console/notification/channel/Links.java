package io.saddle.console.notification.channel;

import io.saddle.schema.Notification;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.Optional;

/**
 * Addresses on the console's page of what notifications concern.
 *
 * @param page the page's own, as people reach it; empty: there are no links
 */
record Links(Optional<String> page) {

    Optional<String> to(Notification notification) {
        return page.map(address -> address.replaceAll("/+$", "") + "/#/" + place(notification));
    }

    private static String place(Notification notification) {
        if (notification.getRunId() != null) {
            return "runs/" + encoded(notification.getRunId());
        }
        return notification.getExecutionId() == null
                ? "notifications"
                : "executions/" + encoded(notification.getExecutionId());
    }

    private static String encoded(String name) {
        return URLEncoder.encode(name, StandardCharsets.UTF_8).replace("+", "%20");
    }
}
