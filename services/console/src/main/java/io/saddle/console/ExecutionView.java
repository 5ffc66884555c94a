package io.saddle.console;

import com.fasterxml.jackson.annotation.JsonInclude;
import io.saddle.schema.ExecutionPhase;
import io.saddle.schema.ExecutionStatus;
import io.saddle.schema.PipelineExecution;
import io.saddle.schema.RunPhase;
import io.saddle.schema.RunStatus;
import io.saddle.schema.StepPhase;
import io.saddle.schema.StepStatus;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * An execution, as the page and the command line see it.
 *
 * @param steps empty until the first is known
 * @param scheduledFor the time of a schedule that started it; null if none did
 * @param startedAfter the execution of another pipeline that it was started after; null if none was
 * @param endedAt null while it goes on
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
record ExecutionView(
        String executionId,
        String pipeline,
        int pipelineRevision,
        ExecutionPhase phase,
        int round,
        String message,
        List<Step> steps,
        Instant requestedAt,
        String requestedBy,
        Instant scheduledFor,
        String startedAfter,
        Instant endedAt) {

    /**
     * A step.
     *
     * @param name in the execution; {@code step}: in the definition
     * @param run of its newest attempt; null where it has none
     * @param progress primal steps done of its run, in [0, 1]; null where it has none
     * @param outputs null where they are left out
     */
    @JsonInclude(JsonInclude.Include.NON_NULL)
    record Step(
            String name,
            String step,
            String kind,
            List<String> needs,
            StepPhase phase,
            int attempt,
            String run,
            Double progress,
            String message,
            Map<String, String> outputs,
            Instant startedAt,
            Instant endedAt,
            Instant notBefore) {}

    /** @param outputs whether what its steps have put out is wanted */
    static ExecutionView of(PipelineExecution execution, ExecutionPhase phase, TopicFeed feed, boolean outputs) {
        Optional<ExecutionStatus> status = feed.pipelines().status(execution.getExecutionId());
        return new ExecutionView(
                execution.getExecutionId(),
                execution.getPipeline(),
                execution.getPipelineRevision(),
                phase,
                execution.getRound(),
                status.map(ExecutionStatus::getMessage).orElse(""),
                status.map(ExecutionStatus::getSteps).orElse(List.of()).stream()
                        .map(step -> step(step, feed, outputs))
                        .toList(),
                execution.getRequestedAt(),
                execution.getRequestedBy(),
                execution.getScheduledFor(),
                execution.getStartedAfter(),
                feed.pipelines()
                        .ofThisRound(execution)
                        .map(ExecutionStatus::getEndedAt)
                        .orElse(null));
    }

    private static Step step(StepStatus step, TopicFeed feed, boolean outputs) {
        Optional<RunStatus> run = Optional.ofNullable(step.getRun()).flatMap(feed.views()::status);
        String message = step.getMessage();
        if (message.isEmpty() && step.getPhase() == StepPhase.RUNNING) {
            message = run.map(ExecutionView::message).orElse("");
        }
        return new Step(
                step.getName(),
                step.getStep(),
                step.getKind(),
                step.getNeeds(),
                step.getPhase(),
                step.getAttempt(),
                step.getRun(),
                run.map(one -> one.getStep() / (double) Math.max(1, one.getTotalSteps()))
                        .orElse(null),
                message,
                outputs ? step.getOutputs() : null,
                time(step.getStartedMillis()),
                time(step.getEndedMillis()),
                time(step.getNotBeforeMillis()));
    }

    private static String message(RunStatus run) {
        return run.getPhase() == RunPhase.COMPLETED ? "its finished model is being judged" : run.getMessage();
    }

    private static Instant time(Long millis) {
        return millis == null ? null : Instant.ofEpochMilli(millis);
    }
}
