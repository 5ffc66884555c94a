package io.saddle.console.pipeline;

import io.saddle.pipeline.execution.ExecutionPhases;
import io.saddle.schema.ExecutionStatus;
import io.saddle.schema.Pipeline;
import io.saddle.schema.PipelineExecution;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.stream.Stream;

/** Pipelines and their executions, as the topics have them. Written by the reader's thread and by whoever wrote a record, read by any. */
public final class PipelineTables {

    private final Map<String, NavigableMap<Integer, Pipeline>> pipelines = new ConcurrentSkipListMap<>();
    private final Map<String, PipelineExecution> executions = new ConcurrentHashMap<>();
    private final Map<String, ExecutionStatus> statuses = new ConcurrentHashMap<>();

    public void put(Pipeline pipeline) {
        pipelines
                .computeIfAbsent(pipeline.getName(), name -> new ConcurrentSkipListMap<>())
                .put(pipeline.getRevision(), pipeline);
    }

    /** Forgets an execution; where it stood is forgotten by {@link #forgetStatus}, of another topic. */
    public void forget(String id) {
        executions.remove(id);
    }

    public void forgetStatus(String id) {
        statuses.remove(id);
    }

    /** A lower revision never replaces a higher one. */
    public void put(PipelineExecution execution) {
        executions.merge(
                execution.getExecutionId(),
                execution,
                (known, now) -> now.getRevision() >= known.getRevision() ? now : known);
    }

    public void put(ExecutionStatus status) {
        statuses.put(status.getExecutionId(), status);
    }

    /** The newest revision of each pipeline, by name. */
    public List<Pipeline> newest() {
        return pipelines.values().stream()
                .map(revisions -> revisions.lastEntry().getValue())
                .toList();
    }

    /** Every revision of a pipeline, the newest first; empty if there is none. */
    public List<Pipeline> revisions(String name) {
        NavigableMap<Integer, Pipeline> revisions = pipelines.get(name);
        return revisions == null
                ? List.of()
                : List.copyOf(revisions.descendingMap().values());
    }

    /** Every execution, the newest first. */
    public List<PipelineExecution> executions() {
        return newestFirst(executions.values().stream());
    }

    /** Those of a pipeline, the newest first. */
    public List<PipelineExecution> executions(String pipeline) {
        return newestFirst(executions.values().stream()
                .filter(execution -> execution.getPipeline().equals(pipeline)));
    }

    private static List<PipelineExecution> newestFirst(Stream<PipelineExecution> some) {
        return some.sorted(Comparator.comparing(PipelineExecution::getRequestedAt)
                        .thenComparing(PipelineExecution::getExecutionId)
                        .reversed())
                .toList();
    }

    /** The execution of this name. */
    public Optional<PipelineExecution> execution(String id) {
        return Optional.ofNullable(executions.get(id));
    }

    /** True if it has ended, and nobody has wanted anything else of it since. */
    public boolean hasEnded(PipelineExecution execution) {
        return status(execution.getExecutionId())
                .filter(status ->
                        ExecutionPhases.isFinal(status.getPhase()) && status.getRevision() == execution.getRevision())
                .isPresent();
    }

    /** Where an execution stands, unless it has been asked to go on since, which nobody has heard of yet. */
    public Optional<ExecutionStatus> ofThisRound(PipelineExecution execution) {
        return status(execution.getExecutionId()).filter(status -> status.getRound() >= execution.getRound());
    }

    /** Where it stands; empty before anybody has said. */
    public Optional<ExecutionStatus> status(String id) {
        return Optional.ofNullable(statuses.get(id));
    }
}
