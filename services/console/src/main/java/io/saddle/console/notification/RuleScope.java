package io.saddle.console.notification;

import io.saddle.run.spec.LabelSelector;
import io.saddle.schema.NotificationRule;
import io.saddle.topic.Topics;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Map;

/** What a rule speaks of: since when, of which subjects, with which labels. */
final class RuleScope {

    /** As long as notifications are kept: of what is older nobody knows any more whether it was told. */
    static final Duration LONGEST_AGO = Duration.ofDays(Topics.NOTIFICATIONS.retentionDays());

    private RuleScope() {}

    /** @param labels of the occurrence's run */
    static boolean holds(NotificationRule rule, Occurrence occurrence, Map<String, String> labels, Instant now) {
        return !occurrence.at().isBefore(rule.getCreatedAt())
                && !occurrence.at().isBefore(now.minus(LONGEST_AGO))
                && occurrence.names().stream().anyMatch(new Glob(rule.getRuns())::matches)
                && rule.getLabels().stream()
                        .allMatch(label -> occurrence.runId() != null
                                && LabelSelector.parse(label, new ArrayList<>())
                                        .filter(selector -> selector.matches(labels))
                                        .isPresent());
    }
}
