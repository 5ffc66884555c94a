package io.saddle.console;

import io.saddle.console.pipeline.WaitingStarts;
import io.saddle.pipeline.spec.Schedule;
import io.saddle.schema.ExecutionPhase;
import io.saddle.schema.Pipeline;
import io.saddle.schema.PipelineExecution;
import io.saddle.schema.Severity;
import io.saddle.service.PeriodicTask;
import io.saddle.service.ServiceComponent;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Clock;
import java.time.Duration;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What starts executions by schedule, of each pipeline one at a time. What was started for which time, and after which execution, is
 * what the topics show; beside them it is only kept what could not be started.
 */
@ApplicationScoped
public class PipelineSchedules implements ServiceComponent {

    private static final Logger LOG = LoggerFactory.getLogger(PipelineSchedules.class);
    private static final Duration LOOK_EVERY = Duration.ofSeconds(1);

    private final TopicFeed feed;
    private final PipelineCommands commands;
    private final ExecutionCommands executions;
    private final AlertWriter alerts;
    private final Clock clock;
    private final WaitingStarts waiting;
    private PeriodicTask work;

    public PipelineSchedules(
            TopicFeed feed, PipelineCommands commands, ExecutionCommands executions, AlertWriter alerts, Clock clock) {
        this.feed = feed;
        this.commands = commands;
        this.executions = executions;
        this.alerts = alerts;
        this.clock = clock;
        this.waiting = new WaitingStarts(feed.pipelines());
    }

    @Override
    public void start() {
        work = new PeriodicTask("pipeline-schedules", Duration.ZERO, LOOK_EVERY, this::look);
    }

    @Override
    public void stop() {
        work.close();
    }

    /** After the tables, which it looks at. */
    @Override
    public int order() {
        return 1;
    }

    /** What starts a revision by itself; empty if nothing does, or if this release cannot read it. */
    Optional<Schedule> of(Pipeline pipeline) {
        return waiting.schedule(pipeline);
    }

    /** True if a schedule has yet to start something after this execution. */
    boolean waitFor(PipelineExecution execution) {
        return waiting.areAfter(execution);
    }

    private void look() {
        for (Pipeline pipeline : feed.pipelines().newest()) {
            try {
                look(pipeline);
            } catch (RuntimeException e) {
                // The others do not wait for this one.
                LOG.warn("pipeline {} is not started by its schedule, and is tried again", pipeline.getName(), e);
            }
        }
    }

    private void look(Pipeline pipeline) {
        if (of(pipeline).isPresent() && !isGoing(pipeline.getName())) {
            waiting.time(pipeline, clock.instant()).ifPresent(time -> commands.startAt(pipeline, time));
            waiting.after(pipeline).ifPresent(before -> startAfter(pipeline, before));
        }
    }

    private void startAfter(Pipeline pipeline, String before) {
        try {
            commands.start(pipeline.getName(), pipeline.getRevision(), before, null);
        } catch (Refusal e) {
            if (e.isForLater()) {
                throw e;
            }
            raise(pipeline, before, e);
            waiting.passOver(pipeline, before);
        }
    }

    private void raise(Pipeline pipeline, String before, Refusal why) {
        LOG.warn("{}", why.inFull());
        String name = pipeline.getName();
        String subject = "schedule of " + name + " " + pipeline.getRevision() + " after " + before;
        alerts.ofExecution(
                before,
                subject,
                Severity.ERROR,
                why.inFull(),
                "mend the definition and submit it ('./saddle pipeline submit FILE'): its next revision starts after '"
                        + before + "'; the schedule goes on with what comes next");
    }

    private boolean isGoing(String pipeline) {
        return feed.pipelines().executions(pipeline).stream()
                .map(executions::phase)
                .anyMatch(phase -> phase == ExecutionPhase.RUNNING || phase == ExecutionPhase.PAUSED);
    }
}
