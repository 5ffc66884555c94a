package io.saddle.console.notification;

import io.saddle.schema.Notification;
import io.saddle.schema.NotificationResult;
import io.saddle.schema.NotificationRule;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentSkipListMap;

/**
 * Rules, and the newest notifications with what became of them, as the topics have them. Written by the reader's thread and by whoever
 * wrote a record, read by any.
 */
public final class NotificationTables {

    /** Enough to look back; the topic has all. */
    private static final int KEPT = 1000;

    private final Map<String, NotificationRule> rules = new ConcurrentSkipListMap<>();
    private final Newest<Notification> notifications = new Newest<>(KEPT, Notification::getCreatedAt);
    private final Newest<NotificationResult> results = new Newest<>(KEPT, NotificationResult::getEndedAt);

    /**
     * A notification and what became of it.
     *
     * @param result empty: under way
     */
    public record Told(Notification notification, Optional<NotificationResult> result) {}

    public void put(NotificationRule rule) {
        rules.merge(
                rule.getName(), rule, (known, now) -> now.getUpdatedAt().isBefore(known.getUpdatedAt()) ? known : now);
    }

    public void removeRule(String name) {
        rules.remove(name);
    }

    /** Every rule, by name. */
    public Collection<NotificationRule> rules() {
        return rules.values();
    }

    public Optional<NotificationRule> rule(String name) {
        return Optional.ofNullable(rules.get(name));
    }

    public synchronized void put(Notification notification) {
        notifications.put(notification.getEventId(), notification);
    }

    /** The newest result stands: one that was given up may be sent again. */
    public synchronized void put(NotificationResult result) {
        results.put(result.getEventId(), result);
    }

    /** The newest ones, the newest first. */
    public synchronized List<Told> told() {
        return notifications.newestFirst().stream().map(this::told).toList();
    }

    public synchronized Optional<Told> told(String eventId) {
        return notifications.find(eventId).map(this::told);
    }

    private Told told(Notification notification) {
        return new Told(notification, results.find(notification.getEventId()));
    }
}
