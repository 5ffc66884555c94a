package io.saddle.console;

import io.saddle.console.history.RunHistories;
import io.saddle.service.PeriodicTask;
import io.saddle.service.ServiceComponent;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Duration;
import java.util.function.Predicate;

/**
 * Lets go of what the console remembers of runs that were deleted with their history: curves, the newest of each kind of record, parsed
 * specifications. Their dual steps stand on the topic for ever, and readers of their own bring them, and what comes late, at any time:
 * so it looks again and again.
 */
@ApplicationScoped
public class ForgottenRuns implements ServiceComponent {

    private static final Duration LOOK_EVERY = Duration.ofMinutes(1);

    private final TopicFeed feed;
    private final RunHistories histories;
    private final RunSpecs specs;
    private PeriodicTask task;

    public ForgottenRuns(TopicFeed feed, RunHistories histories, RunSpecs specs) {
        this.feed = feed;
        this.histories = histories;
        this.specs = specs;
    }

    @Override
    public void start() {
        task = new PeriodicTask("forgotten-runs", LOOK_EVERY, LOOK_EVERY, this::look);
    }

    @Override
    public void stop() {
        if (task != null) {
            task.close();
        }
    }

    /** After the tables, which it looks at. */
    @Override
    public int order() {
        return 1;
    }

    void look() {
        Predicate<String> forgotten = feed.tables()::isForgotten;
        feed.views().forget(forgotten);
        histories.forget(forgotten);
        specs.forget(forgotten);
    }
}
