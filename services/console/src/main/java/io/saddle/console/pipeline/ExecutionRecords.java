package io.saddle.console.pipeline;

import io.saddle.pipeline.execution.AttemptStart;
import io.saddle.pipeline.execution.Execution;
import io.saddle.pipeline.execution.StepState;
import io.saddle.pipeline.spec.Bounds;
import io.saddle.pipeline.spec.PipelineSpec;
import io.saddle.pipeline.spec.PipelineSpec.Step;
import io.saddle.schema.Alert;
import io.saddle.schema.AlertKind;
import io.saddle.schema.ExecutionStatus;
import io.saddle.schema.PipelineExecution;
import io.saddle.schema.Severity;
import io.saddle.schema.StepPhase;
import io.saddle.schema.StepStatus;
import java.time.Instant;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;

/** What is published of executions: all that there is to know of them, so that a state that is lost comes back from it. */
public final class ExecutionRecords {

    static final String SERVICE = "console";

    private static final Set<StepPhase> TOLD =
            Set.of(StepPhase.FAILED, StepPhase.RESTING, StepPhase.APPROVAL, StepPhase.STOPPED);

    private ExecutionRecords() {}

    static ExecutionStatus status(Execution execution, PipelineSpec spec, Instant now) {
        return ExecutionStatus.newBuilder()
                .setExecutionId(execution.executionId())
                .setPipeline(execution.pipeline())
                .setPipelineRevision(execution.pipelineRevision())
                .setRevision(execution.revision())
                .setDesiredState(execution.desired())
                .setRound(execution.round())
                .setPhase(execution.phase())
                .setSteps(execution.steps().stream()
                        .map(step -> step(
                                execution.executionId(),
                                step,
                                spec.step(step.step()).orElseThrow()))
                        .toList())
                .setMessage(message(execution.steps()))
                .setStartedAt(execution.startedAt())
                .setPausedAt(execution.pausedAt())
                .setEndedAt(execution.endedAt())
                .setUpdatedAt(now)
                .build();
    }

    private static StepStatus step(String executionId, StepState state, Step definition) {
        boolean hasRun = definition.isRun() && state.attempt() > 0;
        return StepStatus.newBuilder()
                .setName(state.name())
                .setStep(state.step())
                .setKind(definition.kind())
                .setNeeds(definition.needs())
                .setPhase(state.phase())
                .setAttempt(state.attempt())
                .setRun(hasRun ? AttemptStart.runId(executionId, state.name(), state.attempt()) : null)
                .setMessage(state.message())
                .setOutputs(state.outputs())
                .setStartedMillis(millis(state.startedAt()))
                .setEndedMillis(millis(state.endedAt()))
                .setNotBeforeMillis(millis(state.notBefore()))
                .setDeadlineMillis(millis(state.deadline()))
                .build();
    }

    /**
     * The execution of which this was published.
     *
     * @param wanted any revision of what was wanted of it
     */
    public static Execution execution(PipelineExecution wanted, ExecutionStatus status) {
        return new Execution(
                status.getExecutionId(),
                status.getRevision(),
                status.getPipeline(),
                status.getPipelineRevision(),
                wanted.getDefinition(),
                status.getDesiredState(),
                status.getRound(),
                wanted.getRequestedBy(),
                status.getSteps().stream().map(ExecutionRecords::state).toList(),
                status.getStartedAt(),
                status.getEndedAt(),
                status.getPausedAt());
    }

    /** What a person should know of an execution that has failed. */
    static Alert alert(Execution execution, String message, String remedy, Instant now) {
        return Alert.newBuilder()
                .setRunId("")
                .setExecutionId(execution.executionId())
                .setKind(AlertKind.EXECUTION_FAILED)
                .setSeverity(Severity.ERROR)
                .setMessage(message)
                .setRemedy(remedy)
                .setService(SERVICE)
                .setRaisedAt(now)
                .build();
    }

    private static StepState state(StepStatus step) {
        return new StepState(
                step.getName(),
                step.getStep(),
                step.getPhase(),
                step.getAttempt(),
                step.getMessage(),
                step.getOutputs(),
                time(step.getStartedMillis()),
                time(step.getEndedMillis()),
                time(step.getNotBeforeMillis()),
                time(step.getDeadlineMillis()));
    }

    private static Instant time(Long millis) {
        return millis == null ? null : Instant.ofEpochMilli(millis);
    }

    private static Long millis(Instant time) {
        return time == null ? null : time.toEpochMilli();
    }

    /** What a person should know of the whole. */
    static String message(List<StepState> steps) {
        return Bounds.message(steps.stream()
                .filter(step -> TOLD.contains(step.phase()) && !step.message().isEmpty())
                .map(step -> step.name() + ": " + step.message())
                .collect(Collectors.joining("; ")));
    }
}
