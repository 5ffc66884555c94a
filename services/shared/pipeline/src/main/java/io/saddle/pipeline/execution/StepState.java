package io.saddle.pipeline.execution;

import io.saddle.pipeline.spec.Bounds;
import io.saddle.schema.StepPhase;
import java.time.Instant;
import java.util.Collections;
import java.util.Map;
import java.util.TreeMap;

/**
 * A step of an execution; of a matrix one of its instances.
 *
 * @param name of the instance, unique in the execution
 * @param step its name in the definition
 * @param attempt attempts begun; 0 before the first
 * @param message for a person; empty where nothing needs to be said, cut where it is too long
 * @param outputs of the attempt that succeeded
 * @param startedAt of the newest attempt; null before the first
 * @param endedAt null while it has not ended
 * @param notBefore when it is tried again; null unless RESTING
 * @param deadline when the attempt has taken too long; null: never, or nobody has begun with it
 */
public record StepState(
        String name,
        String step,
        StepPhase phase,
        int attempt,
        String message,
        Map<String, String> outputs,
        Instant startedAt,
        Instant endedAt,
        Instant notBefore,
        Instant deadline) {

    public StepState {
        message = Bounds.message(message);
        outputs = Collections.unmodifiableMap(new TreeMap<>(outputs));
    }

    static StepState waiting(String name, String step) {
        return new StepState(name, step, StepPhase.WAITING, 0, "", Map.of(), null, null, null, null);
    }

    /** Waiting again, after so many attempts. */
    StepState again() {
        return new StepState(name, step, StepPhase.WAITING, attempt, "", Map.of(), startedAt, null, null, null);
    }

    StepState begun(StepPhase how, String why, Instant now, Instant latest) {
        return new StepState(name, step, how, attempt + 1, why, Map.of(), now, null, null, latest);
    }

    /** The same, with so many attempts behind it. */
    StepState passing(int attempts) {
        return new StepState(name, step, phase, attempts, message, outputs, startedAt, endedAt, notBefore, deadline);
    }

    /** As it was, with something else to say. */
    StepState saying(String what) {
        return new StepState(name, step, phase, attempt, what, outputs, startedAt, endedAt, notBefore, deadline);
    }

    StepState resting(String why, Instant until) {
        return new StepState(name, step, StepPhase.RESTING, attempt, why, Map.of(), startedAt, null, until, null);
    }

    StepState ended(StepPhase how, String why, Map<String, String> made, Instant now) {
        return new StepState(name, step, how, attempt, why, made, startedAt, now, null, null);
    }

    StepState due(Instant latest) {
        return new StepState(name, step, phase, attempt, message, outputs, startedAt, endedAt, notBefore, latest);
    }

    /** Whether nothing more happens to it by itself. */
    public boolean isOver() {
        return switch (phase) {
            case SUCCEEDED, FAILED, SKIPPED, STOPPED -> true;
            default -> false;
        };
    }
}
