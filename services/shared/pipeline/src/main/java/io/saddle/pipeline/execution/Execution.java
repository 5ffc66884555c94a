package io.saddle.pipeline.execution;

import io.saddle.pipeline.spec.Bounds;
import io.saddle.schema.DesiredState;
import io.saddle.schema.ExecutionPhase;
import io.saddle.schema.StepPhase;
import java.time.Instant;
import java.util.List;

/**
 * An execution as a value, which {@link ExecutionCourse} takes from one record to the next.
 *
 * @param revision of what was wanted last
 * @param definition of the pipeline, as JSON
 * @param round counts how often it was asked to go on from what failed
 * @param requestedBy on whose behalf; null where not known
 * @param steps in the definition's order
 * @param endedAt null while it has not ended
 * @param pausedAt null unless it is paused
 */
public record Execution(
        String executionId,
        long revision,
        String pipeline,
        int pipelineRevision,
        String definition,
        DesiredState desired,
        int round,
        String requestedBy,
        List<StepState> steps,
        Instant startedAt,
        Instant endedAt,
        Instant pausedAt) {

    public Execution {
        steps = List.copyOf(steps);
    }

    Execution with(List<StepState> next) {
        return new Execution(
                executionId,
                revision,
                pipeline,
                pipelineRevision,
                definition,
                desired,
                round,
                requestedBy,
                next,
                startedAt,
                endedAt,
                pausedAt);
    }

    /** The same in fewer words: the messages of its steps cut to one line. */
    public Execution brief() {
        return with(steps.stream()
                .map(step -> step.saying(Bounds.brief(step.message())))
                .toList());
    }

    Execution ended(Instant at) {
        return new Execution(
                executionId,
                revision,
                pipeline,
                pipelineRevision,
                definition,
                desired,
                round,
                requestedBy,
                steps,
                startedAt,
                at,
                pausedAt);
    }

    Execution wanted(long newRevision, DesiredState newDesired, int newRound, Instant newPausedAt) {
        return new Execution(
                executionId,
                newRevision,
                pipeline,
                pipelineRevision,
                definition,
                newDesired,
                newRound,
                requestedBy,
                steps,
                startedAt,
                endedAt,
                newPausedAt);
    }

    /** Where it stands as a whole. */
    public ExecutionPhase phase() {
        if (desired == DesiredState.STOPPED) {
            return ExecutionPhase.STOPPED;
        }
        if (!steps.stream().allMatch(StepState::isOver)) {
            return desired == DesiredState.PAUSED ? ExecutionPhase.PAUSED : ExecutionPhase.RUNNING;
        }
        if (any(StepPhase.FAILED)) {
            return ExecutionPhase.FAILED;
        }
        return any(StepPhase.STOPPED) ? ExecutionPhase.STOPPED : ExecutionPhase.SUCCEEDED;
    }

    private boolean any(StepPhase phase) {
        return steps.stream().anyMatch(step -> step.phase() == phase);
    }

    /** Whether nothing more happens to it by itself. */
    public boolean isOver() {
        return phase() != ExecutionPhase.RUNNING && phase() != ExecutionPhase.PAUSED;
    }

    /** When something is due next by the clock; null: nothing is. */
    public Instant due() {
        return desired != DesiredState.RUNNING
                ? null
                : steps.stream()
                        .map(step -> step.phase() == StepPhase.RESTING ? step.notBefore() : step.deadline())
                        .filter(time -> time != null)
                        .min(Instant::compareTo)
                        .orElse(null);
    }
}
