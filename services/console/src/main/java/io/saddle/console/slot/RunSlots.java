package io.saddle.console.slot;

import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.eclipse.microprofile.openapi.annotations.media.Schema;

/** The slots of a run in its newest round, and what the rounds come to since the console reads of them. */
public record RunSlots(
        @Schema(description = "As the specification says; 1: there are no rounds")
        int slots,

        @Schema(nullable = true, description = "Null until one is given, and once the run has ended")
        Round round,

        Sums sums) {

    /** A round. */
    @Schema(name = "SlotRound")
    public record Round(
            @Schema(description = "Primal steps done before it")
            long step,

            @Schema(nullable = true, description = "Primal steps that each slot does; null until its tasks are read")
            Integer steps,

            @Schema(description = "By number") List<Slot> slots) {}

    /** The progress of a slot. */
    public enum State {
        GIVEN,
        DONE
    }

    /** A slot of the round. */
    @Schema(name = "Slot")
    public record Slot(
            @Schema(description = "From 0") int slot,
            State state,

            @Schema(description = "How often it was given before: it was late, or somebody failed at it")
            int attempt,

            @Schema(nullable = true, description = "The trainer that did it")
            String worker,

            @Schema(nullable = true, description = "From taking it to the state in the store")
            Long computeMillis,

            @Schema(nullable = true, description = "Size of its state")
            Long bytes,

            @Schema(nullable = true, description = "The last time")
            Instant givenAt,

            @Schema(nullable = true, description = "Since it was given the last time; null where it is done")
            Long waitingMillis) {}

    /** What came since the console reads, and the run goes on. */
    @Schema(name = "SlotSums")
    public record Sums(
            long rounds,
            long slotsDone,

            @Schema(description = "Written by trainers as states of slots")
            long stateBytes,

            @Schema(nullable = true, description = "Of all slots; null until one is done")
            Long bytesPerRound,

            @Schema(description = "Attempts beyond the first of each slot")
            long givenAgain,

            @Schema(description = "Slots done, by trainer") Map<String, Long> doneBy,
            @Schema(nullable = true) Problem lastProblem) {}

    /** A slot that somebody could not do. */
    @Schema(name = "SlotProblem")
    public record Problem(
            @Schema(description = "Primal steps done before its round")
            long step,

            int slot,
            String worker,
            String problem) {}
}
