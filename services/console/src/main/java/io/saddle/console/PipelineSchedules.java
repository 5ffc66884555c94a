package io.saddle.console;

import io.saddle.console.pipeline.PipelineTables;
import io.saddle.pipeline.spec.PipelineParser;
import io.saddle.pipeline.spec.Schedule;
import io.saddle.run.spec.InvalidRunSpecException;
import io.saddle.schema.ExecutionPhase;
import io.saddle.schema.ExecutionStatus;
import io.saddle.schema.Pipeline;
import io.saddle.schema.PipelineExecution;
import io.saddle.service.PeriodicTask;
import io.saddle.service.ServiceComponent;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Comparator;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What starts executions by schedule, of each pipeline one at a time. What was started for which time, and after which execution, is
 * what the topics show: nothing is kept beside them.
 */
@ApplicationScoped
public class PipelineSchedules implements ServiceComponent {

    private static final Logger LOG = LoggerFactory.getLogger(PipelineSchedules.class);
    private static final Duration LOOK_EVERY = Duration.ofSeconds(1);

    private final TopicFeed feed;
    private final PipelineCommands commands;
    private final Clock clock;
    private final PipelineParser parser = new PipelineParser();
    /** By pipeline and revision, which never change. */
    private final Map<Revision, Optional<Schedule>> schedules = new ConcurrentHashMap<>();

    private PeriodicTask work;

    /** A revision of a pipeline. */
    private record Revision(String pipeline, int number) {}

    public PipelineSchedules(TopicFeed feed, PipelineCommands commands, Clock clock) {
        this.feed = feed;
        this.commands = commands;
        this.clock = clock;
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
        return schedules.computeIfAbsent(
                new Revision(pipeline.getName(), pipeline.getRevision()), revision -> read(pipeline));
    }

    private Optional<Schedule> read(Pipeline pipeline) {
        try {
            return Optional.ofNullable(parser.fromJson(pipeline.getDefinition()).schedule());
        } catch (InvalidRunSpecException e) {
            return Optional.empty();
        }
    }

    private void look() {
        for (Pipeline pipeline : feed.pipelines().newest()) {
            try {
                of(pipeline).ifPresent(schedule -> look(pipeline, schedule));
            } catch (RuntimeException e) {
                // The others do not wait for this one.
                LOG.warn("pipeline {} is not started by its schedule, and is tried again", pipeline.getName(), e);
            }
        }
    }

    private void look(Pipeline pipeline, Schedule schedule) {
        if (!isGoing(pipeline.getName())) {
            schedule.due(since(pipeline), clock.instant()).ifPresent(time -> commands.startAt(pipeline, time));
            next(pipeline, schedule.after())
                    .ifPresent(before -> commands.start(pipeline.getName(), null, before, null));
        }
    }

    private boolean isGoing(String pipeline) {
        return feed.pipelines().executions(pipeline).stream()
                .map(commands::phase)
                .anyMatch(phase -> phase == ExecutionPhase.RUNNING || phase == ExecutionPhase.PAUSED);
    }

    private Instant since(Pipeline pipeline) {
        return Stream.concat(
                        Stream.of(pipeline.getUpdatedAt()),
                        feed.pipelines().executions(pipeline.getName()).stream()
                                .map(PipelineExecution::getScheduledFor)
                                .filter(Objects::nonNull))
                .max(Comparator.naturalOrder())
                .orElseThrow();
    }

    /** The first execution that has succeeded since the definition says so, and that none was started after. */
    private Optional<String> next(Pipeline pipeline, String after) {
        if (after == null) {
            return Optional.empty();
        }
        PipelineTables tables = feed.pipelines();
        Set<String> done = tables.executions(pipeline.getName()).stream()
                .map(PipelineExecution::getStartedAfter)
                .filter(Objects::nonNull)
                .collect(Collectors.toSet());
        return tables.executions(after).stream()
                .map(PipelineExecution::getExecutionId)
                .filter(id -> !done.contains(id))
                .flatMap(id -> tables.status(id).stream())
                .filter(status -> status.getPhase() == ExecutionPhase.SUCCEEDED
                        && status.getEndedAt() != null
                        && status.getEndedAt().isAfter(pipeline.getUpdatedAt()))
                .min(Comparator.comparing(ExecutionStatus::getEndedAt))
                .map(ExecutionStatus::getExecutionId);
    }
}
