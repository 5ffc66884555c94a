package io.saddle.console;

import io.saddle.schema.Pipeline;
import io.saddle.schema.PipelineExecution;
import io.saddle.service.PeriodicTask;
import io.saddle.service.ServiceComponent;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.eclipse.microprofile.config.inject.ConfigProperty;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Forgets old executions of pipelines: each is kept in memory with its definition and its steps, and a schedule makes new ones for years.
 * Their runs stay, and the audit has who wanted what.
 */
@ApplicationScoped
public class ExecutionRetention implements ServiceComponent {

    static final String KEPT = "saddle.executions.kept";

    private static final Logger LOG = LoggerFactory.getLogger(ExecutionRetention.class);
    private static final Duration LOOK_EVERY = Duration.ofMinutes(1);

    private final TopicFeed feed;
    private final ExecutionCommands commands;
    private final PipelineSchedules schedules;
    private final int kept;
    private PeriodicTask task;

    /** @param kept of each pipeline the newest so many stay; 0: all */
    public ExecutionRetention(
            TopicFeed feed,
            ExecutionCommands commands,
            PipelineSchedules schedules,
            @ConfigProperty(name = KEPT) int kept) {
        if (kept < 0) {
            throw new IllegalArgumentException(
                    KEPT + ": must be a number of executions, or 0 to keep all, was " + kept);
        }
        this.feed = feed;
        this.commands = commands;
        this.schedules = schedules;
        this.kept = kept;
    }

    @Override
    public void start() {
        if (kept > 0) {
            task = new PeriodicTask("execution-retention", LOOK_EVERY, LOOK_EVERY, this::look);
        }
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
        for (Pipeline pipeline : feed.pipelines().newest()) {
            try {
                look(pipeline.getName());
            } catch (RuntimeException e) {
                LOG.warn("{}: old executions are not forgotten this time: {}", pipeline.getName(), e.getMessage());
            }
        }
    }

    private void look(String pipeline) {
        List<PipelineExecution> newestFirst = feed.pipelines().executions(pipeline);
        // Schedules go on from the time of the last one.
        Optional<PipelineExecution> lastScheduled = newestFirst.stream()
                .filter(execution -> execution.getScheduledFor() != null)
                .findFirst();
        newestFirst.stream()
                .skip(kept)
                .filter(execution -> lastScheduled.filter(execution::equals).isEmpty() && isOfNoUse(execution))
                .forEach(commands::forget);
    }

    /**
     * True if it has ended, and no schedule goes by it: neither one that has yet to start something after it, nor one that has started it
     * after another that is still there, and would do so again.
     */
    private boolean isOfNoUse(PipelineExecution execution) {
        return feed.pipelines().hasEnded(execution)
                && !schedules.waitFor(execution)
                && Optional.ofNullable(execution.getStartedAfter())
                        .flatMap(feed.pipelines()::execution)
                        .isEmpty();
    }
}
