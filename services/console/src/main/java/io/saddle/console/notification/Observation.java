package io.saddle.console.notification;

import io.saddle.schema.Notification;
import java.util.List;

/**
 * The effect of a record: what has been seen of its subject then, and what is to be told.
 *
 * @param subject after it
 * @param notifications in this order
 */
record Observation(WatchedSubject subject, List<Notification> notifications) {

    Observation {
        notifications = List.copyOf(notifications);
    }
}
