package io.saddle.console;

import io.saddle.console.notification.RuleBook;
import io.saddle.schema.NotificationRule;
import jakarta.inject.Singleton;
import java.util.Collection;
import java.util.Map;

/** The rules and labels of the console's tables. */
@Singleton
class ConsoleRuleBook implements RuleBook {

    private final TopicFeed feed;
    private final RunSummaries summaries;

    ConsoleRuleBook(TopicFeed feed, RunSummaries summaries) {
        this.feed = feed;
        this.summaries = summaries;
    }

    @Override
    public Collection<NotificationRule> rules() {
        return feed.notifications().rules();
    }

    @Override
    public Map<String, String> labels(String runId) {
        return feed.tables().run(runId).map(summaries::labels).orElse(Map.of());
    }
}
