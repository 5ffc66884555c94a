package io.saddle.console.pipeline;

import io.saddle.pipeline.spec.PipelineParser;
import io.saddle.pipeline.spec.Schedule;
import io.saddle.run.spec.InvalidRunSpecException;
import io.saddle.schema.ExecutionPhase;
import io.saddle.schema.ExecutionStatus;
import io.saddle.schema.Pipeline;
import io.saddle.schema.PipelineExecution;
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

/**
 * What schedules have waiting, as the tables show it; beside them only that is kept which cannot be started, as a console that begins
 * finds out again. Thread-safe.
 */
public final class WaitingStarts {

    /** Between two times of a schedule. */
    private static final Duration SHORTEST = Duration.ofMinutes(1);

    private final PipelineTables tables;
    private final PipelineParser parser = new PipelineParser();
    /** By pipeline and revision, which never change. */
    private final Map<Revision, Optional<Schedule>> schedules = new ConcurrentHashMap<>();

    private final Set<PassedOver> passedOver = ConcurrentHashMap.newKeySet();

    /** A revision of a pipeline. */
    private record Revision(String pipeline, int number) {

        static Revision of(Pipeline pipeline) {
            return new Revision(pipeline.getName(), pipeline.getRevision());
        }
    }

    /** A revision, and an execution that it cannot be started after. */
    private record PassedOver(Revision revision, String execution) {}

    public WaitingStarts(PipelineTables tables) {
        this.tables = tables;
    }

    /** What starts a revision by itself; empty if nothing does, or if this release cannot read it. */
    public Optional<Schedule> schedule(Pipeline pipeline) {
        return schedules.computeIfAbsent(Revision.of(pipeline), revision -> read(pipeline));
    }

    private Optional<Schedule> read(Pipeline pipeline) {
        try {
            return Optional.ofNullable(parser.fromJson(pipeline.getDefinition()).schedule());
        } catch (InvalidRunSpecException e) {
            return Optional.empty();
        }
    }

    /** The time for which an execution of a pipeline is due; empty if none is. */
    public Optional<Instant> time(Pipeline newest, Instant now) {
        return schedule(newest).flatMap(schedule -> schedule.due(since(newest, now), now));
    }

    /** What bears a time that has yet to come is of a clock that was ahead: nothing waits until then. */
    private Instant since(Pipeline newest, Instant now) {
        return Stream.concat(
                        Stream.of(scheduledSince(newest)),
                        tables.executions(newest.getName()).stream()
                                .map(PipelineExecution::getScheduledFor)
                                .filter(Objects::nonNull))
                .filter(time -> !time.isAfter(now))
                .max(Comparator.naturalOrder())
                .orElse(now.minus(SHORTEST));
    }

    /** Since the first of the newest revisions with this schedule: what waits, another one with other steps does not throw away. */
    private Instant scheduledSince(Pipeline newest) {
        return tables.revisions(newest.getName()).stream()
                .filter(one -> one.getRevision() <= newest.getRevision())
                .takeWhile(one -> words(one).equals(words(newest)))
                .map(Pipeline::getUpdatedAt)
                .reduce((newer, older) -> older)
                .orElseThrow();
    }

    private Optional<String> words(Pipeline pipeline) {
        return schedule(pipeline).map(Schedule::toString);
    }

    /** The first execution that has succeeded since the schedule says so, and that none was started after. */
    public Optional<String> after(Pipeline newest) {
        return schedule(newest).map(Schedule::after).flatMap(after -> after(newest, after));
    }

    /** Is not to be returned again for this revision: nothing can be started after that execution. */
    public void passOver(Pipeline newest, String execution) {
        passedOver.add(new PassedOver(Revision.of(newest), execution));
    }

    /** True if a schedule has yet to start something after this execution. */
    public boolean areAfter(PipelineExecution execution) {
        return tables.newest().stream()
                .filter(newest -> schedule(newest)
                        .map(Schedule::after)
                        .filter(execution.getPipeline()::equals)
                        .isPresent())
                .flatMap(newest -> waiting(newest, execution.getPipeline()))
                .anyMatch(status -> status.getExecutionId().equals(execution.getExecutionId()));
    }

    private Optional<String> after(Pipeline newest, String after) {
        return waiting(newest, after)
                .min(Comparator.comparing(ExecutionStatus::getEndedAt))
                .map(ExecutionStatus::getExecutionId);
    }

    private Stream<ExecutionStatus> waiting(Pipeline newest, String after) {
        Instant since = scheduledSince(newest);
        Set<String> done = tables.executions(newest.getName()).stream()
                .map(PipelineExecution::getStartedAfter)
                .filter(Objects::nonNull)
                .collect(Collectors.toSet());
        return tables.executions(after).stream()
                .map(PipelineExecution::getExecutionId)
                .filter(id -> !done.contains(id) && !passedOver.contains(new PassedOver(Revision.of(newest), id)))
                .flatMap(id -> tables.status(id).stream())
                .filter(status -> status.getPhase() == ExecutionPhase.SUCCEEDED
                        && status.getEndedAt() != null
                        && status.getEndedAt().isAfter(since));
    }
}
