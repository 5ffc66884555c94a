package io.saddle.console;

import io.saddle.console.notification.RuleDefinition;
import io.saddle.console.notification.channel.Channels;
import io.saddle.run.spec.NearestName;
import io.saddle.run.spec.Problem;
import io.saddle.schema.Notification;
import io.saddle.schema.NotificationKind;
import io.saddle.schema.NotificationRule;
import io.saddle.schema.Severity;
import io.saddle.topic.Topics;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Clock;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;

/** The only writer of the rules of notifications. A command is done when its record is durable. */
@ApplicationScoped
public class NotificationCommands {

    private final TopicFeed feed;
    private final RecordWriter records;
    private final Channels channels;
    private final ProjectGuard guard;
    private final Clock clock;

    public NotificationCommands(
            TopicFeed feed, RecordWriter records, Channels channels, ProjectGuard guard, Clock clock) {
        this.guard = guard;
        this.feed = feed;
        this.records = records;
        this.channels = channels;
        this.clock = clock;
    }

    /**
     * The rule of this name.
     *
     * @throws Refusal if there is none
     */
    NotificationRule rule(String name) {
        return feed.notifications().rule(name).orElseThrow(() -> Refusal.notThere(missing(name)));
    }

    private String missing(String name) {
        List<String> names = feed.notifications().rules().stream()
                .map(NotificationRule::getName)
                .toList();
        return "there is no rule '" + name + "'"
                + NearestName.of(name, names)
                        .map(nearest -> ", did you mean " + nearest + "?")
                        .orElse("; './saddle notification list' shows those that there are");
    }

    /**
     * Makes a rule, or puts it in the place of the one of its name, which then has spoken of what it has spoken of.
     *
     * @param madeFor what whoever asks has seen of the rule
     * @throws Refusal with every mistake, or if the rule is another one now
     */
    synchronized NotificationRule set(String name, RuleDefinition definition, MadeFor madeFor, String askedBy) {
        guard.letThroughUnbound();
        madeFor.require(name, feed.notifications().rule(name).map(NotificationRule::getUpdatedAt));
        List<Problem> problems = new ArrayList<>(definition.problems(name));
        if (definition.channel() != null && !definition.channel().isBlank() && !channels.has(definition.channel())) {
            problems.add(new Problem("channel", channels.missing(definition.channel())));
        }
        if (!problems.isEmpty()) {
            throw Refusal.invalid("the rule has mistakes", problems);
        }
        Instant now = now();
        NotificationRule rule = definition.rule(
                name,
                feed.notifications()
                        .rule(name)
                        .map(NotificationRule::getCreatedAt)
                        .orElse(now),
                now,
                askedBy);
        records.write(
                Topics.NOTIFICATION_RULES,
                name,
                rule,
                () -> feed.notifications().put(rule));
        return rule;
    }

    /** @throws Refusal if there is none */
    synchronized NotificationRule delete(String name) {
        guard.letThroughUnbound();
        NotificationRule rule = rule(name);
        records.write(
                Topics.NOTIFICATION_RULES,
                name,
                null,
                () -> feed.notifications().removeRule(name));
        return rule;
    }

    /**
     * Has the rule's channel told that somebody tries it.
     *
     * @throws Refusal if there is no such rule, or its channel is gone
     */
    Notification test(String name, String askedBy) {
        guard.letThroughUnbound();
        NotificationRule rule = rule(name);
        if (!channels.has(rule.getChannel())) {
            throw Refusal.conflict(channels.missing(rule.getChannel()));
        }
        Instant now = now();
        Notification notification = Notification.newBuilder()
                .setEventId(String.join(
                        "/",
                        name,
                        NotificationKind.TEST.name(),
                        UUID.randomUUID().toString()))
                .setRule(name)
                .setChannel(rule.getChannel())
                .setKind(NotificationKind.TEST)
                .setSeverity(Severity.INFO)
                .setTitle("a test of rule " + name)
                .setMessage(askedBy + " tries whether this arrives. Nothing has happened.")
                .setOccurredAt(now)
                .setCreatedAt(now)
                .build();
        records.write(
                Topics.NOTIFICATIONS,
                notification.getEventId(),
                notification,
                () -> feed.notifications().put(notification));
        return notification;
    }

    private Instant now() {
        return clock.instant().truncatedTo(ChronoUnit.MILLIS);
    }
}
