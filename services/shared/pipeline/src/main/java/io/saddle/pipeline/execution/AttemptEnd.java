package io.saddle.pipeline.execution;

import io.saddle.pipeline.spec.Bounds;
import io.saddle.pipeline.spec.PipelineSpec;
import io.saddle.schema.StepPhase;
import io.saddle.schema.TaskResult;
import java.time.Instant;
import java.util.Map;
import java.util.TreeMap;

/**
 * What is made of a step by what is said of its attempt: it has ended, it is tried again, or somebody is at it.
 *
 * @param definition of the step
 * @param execution that it belongs to
 */
record AttemptEnd(PipelineSpec.Step definition, Execution execution, Instant now) {

    /** Outputs of a run: its name, which is said when it has left the queue, and a class's share in its samples. */
    private static final String RUN = "run";

    private static final String SHARE = "share.";

    /** The step after a result of the attempt that it is at. */
    StepState after(StepState step, TaskResult result) {
        return switch (result.getOutcome()) {
            case DONE -> done(step, result);
            case STOPPED -> step.ended(StepPhase.STOPPED, result.getMessage(), Map.of(), now);
            case REFUSED -> step.ended(StepPhase.FAILED, result.getMessage(), Map.of(), now);
            case FAILED -> failed(step, result.getMessage());
            case UNDER_WAY -> underWay(step, result);
            // How it ended is known to a later release: it is not taken for an end.
            default -> step;
        };
    }

    /** The step after an attempt that may be tried again. */
    StepState failed(StepState step, String message) {
        PipelineSpec.Retries retries = definition.retries();
        return step.attempt() <= retries.times()
                ? step.resting(message, now.plus(retries.after(step.attempt())))
                : step.ended(StepPhase.FAILED, message, Map.of(), now);
    }

    private StepState done(StepState step, TaskResult result) {
        int most = Bounds.outputs(execution.steps().size());
        Map<String, String> made = result.getOutputs();
        int bytes = Bounds.bytes(made);
        if (bytes <= most) {
            return step.ended(StepPhase.SUCCEEDED, result.getMessage(), made, now);
        }
        if (definition.isRun()) {
            Map<String, String> few = new TreeMap<>(made);
            few.keySet().removeIf(output -> output.startsWith(SHARE));
            if (Bounds.bytes(few) <= most) {
                return step.ended(
                        StepPhase.SUCCEEDED,
                        "the shares of its " + (made.size() - few.size()) + " classes are left out of its outputs: "
                                + bytes + " bytes, at most " + most
                                + " fit into the record of this execution; the run's page has them",
                        few,
                        now);
            }
        }
        return step.ended(
                StepPhase.FAILED,
                "its outputs have " + bytes + " bytes, at most " + most
                        + " fit into the record of this execution: let its worker put them into a file, and say where it is",
                Map.of(),
                now);
    }

    /** The time that an attempt may take begins with the first word that somebody is at it; while paused it stands still. */
    private StepState underWay(StepState step, TaskResult result) {
        StepState told = step.saying(result.getMessage());
        boolean isBegun = step.deadline() != null && !step.message().equals(AttemptStart.ORDERED);
        boolean isAtIt = !definition.isRun() || result.getOutputs().containsKey(RUN);
        if (definition.timeout() == null || isBegun || !isAtIt) {
            return told;
        }
        Instant since = execution.pausedAt() == null ? now : execution.pausedAt();
        return told.due(since.plus(definition.timeout()));
    }
}
