package io.saddle.pipeline.execution;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.saddle.pipeline.spec.Bounds;
import io.saddle.pipeline.spec.PipelineSpec;
import io.saddle.pipeline.spec.PipelineSpec.Instance;
import io.saddle.pipeline.spec.PipelineSpec.Step;
import io.saddle.pipeline.spec.References;
import io.saddle.run.spec.Identifiers;
import io.saddle.schema.StepPhase;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;

/**
 * What becomes of a step whose turn has come.
 *
 * @param step after it: its next attempt has begun, it is skipped, or it cannot be done
 * @param parameters of the task that is to be ordered, as JSON; empty: nobody has anything to do
 */
public record AttemptStart(StepState step, Optional<String> parameters) {

    static final String ORDERED = "ordered; no worker has said that it is at it";

    private static final int DIGITS_OF_DIGEST = 8;

    /** The next attempt of a step all of whose needs have succeeded in the execution. */
    static AttemptStart of(StepState step, Step definition, Execution execution, Instant now) {
        StepOutputs outputs = new StepOutputs(execution.steps());
        Optional<String> unmet = outputs.unmet(definition.when());
        if (unmet.isPresent()) {
            return without(step.ended(StepPhase.SKIPPED, unmet.get(), Map.of(), now));
        }
        Instant latest =
                definition.timeout() == null || definition.isAnnounced() ? null : now.plus(definition.timeout());
        StepState begun = step.begun(StepPhase.RUNNING, definition.isRun() ? "" : ORDERED, now, latest);
        try {
            ObjectNode parameters = parameters(begun, definition, outputs, execution);
            if (definition.isApproval()) {
                String question = parameters.path(PipelineSpec.QUESTION).asText();
                return without(step.begun(StepPhase.APPROVAL, question, now, latest));
            }
            return ordered(begun, parameters.toString(), now);
        } catch (UnmetReference e) {
            return without(begun.ended(StepPhase.FAILED, e.getMessage(), Map.of(), now));
        }
    }

    private static AttemptStart ordered(StepState begun, String parameters, Instant now) {
        int bytes = Bounds.bytes(parameters);
        if (bytes <= Bounds.PARAMETERS) {
            return new AttemptStart(begun, Optional.of(parameters));
        }
        return without(begun.ended(
                StepPhase.FAILED,
                "what its task is told has " + bytes + " bytes with outputs in the place of references, at most "
                        + Bounds.PARAMETERS + " fit into a record: refer to fewer of them",
                Map.of(),
                now));
    }

    private static AttemptStart without(StepState step) {
        return new AttemptStart(step, Optional.empty());
    }

    private static ObjectNode parameters(StepState step, Step definition, StepOutputs outputs, Execution execution) {
        Instance instance = definition.instances().stream()
                .filter(one -> one.name().equals(step.name()))
                .findFirst()
                .orElseThrow();
        ObjectNode parameters = (ObjectNode) References.resolve(instance.parameters(), outputs::value);
        if (definition.isRun()) {
            parameters.put("name", runId(execution.executionId(), step.name(), step.attempt()));
        }
        return parameters;
    }

    /**
     * The run of an attempt of a step. Where that is longer than a run's name may be, its end is a digest of the whole: a later attempt,
     * or the tenth execution, is not to fail for its name.
     */
    public static String runId(String executionId, String step, int attempt) {
        String whole = executionId + "." + step + (attempt == 1 ? "" : ".attempt-" + attempt);
        if (whole.length() <= Identifiers.LONGEST) {
            return whole;
        }
        String digest = "-"
                + UUID.nameUUIDFromBytes(whole.getBytes(StandardCharsets.UTF_8))
                        .toString()
                        .substring(0, DIGITS_OF_DIGEST);
        return whole.substring(0, Identifiers.LONGEST - digest.length()) + digest;
    }
}
