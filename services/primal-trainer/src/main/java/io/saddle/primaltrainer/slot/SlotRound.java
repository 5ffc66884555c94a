package io.saddle.primaltrainer.slot;

import io.saddle.diffusion.files.Sha256;
import io.saddle.model.training.TrainedSources;
import io.saddle.schema.Artifact;
import io.saddle.schema.GradientSummary;
import io.saddle.schema.SlotConstraint;
import io.saddle.schema.SlotResult;
import io.saddle.schema.SlotTask;
import io.saddle.schema.SourceSummary;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * A round: the task of each of its slots, under a name that says all that they have in common. Pure.
 *
 * @param first the task of slot 0, as it is given the first time
 */
record SlotRound(SlotTask first) {

    /**
     * @param common a task of which slot, attempt and name count for nothing
     * @return the round that all of the same base, multipliers and constraints is, whoever owns the run and wherever its files lie
     */
    static SlotRound of(SlotTask common) {
        Artifact base = Artifact.newBuilder(common.getBase()).setUri("").build();
        SlotTask shared = SlotTask.newBuilder(common)
                .setRound("")
                .setSlot(0)
                .setAttempt(0)
                .setBase(base)
                .setStaleSteps(0)
                .setWorker("")
                .setAnnouncedAt(Instant.EPOCH)
                .build();
        return new SlotRound(SlotTask.newBuilder(common)
                .setRound(Sha256.of(shared.toString().getBytes(StandardCharsets.UTF_8)))
                .setSlot(0)
                .setAttempt(0)
                .build());
    }

    String name() {
        return first.getRound();
    }

    SlotTask task(int slot, int attempt, Instant now) {
        return SlotTask.newBuilder(first)
                .setSlot(slot)
                .setAttempt(attempt)
                .setAnnouncedAt(now)
                .build();
    }

    /** True if a result says that a step of this round is not finite. */
    boolean isNonFinite(SlotResult result) {
        Long step = result.getNonFiniteStep();
        return step != null && step > first.getStep() && step <= first.getStep() + first.getSteps();
    }

    /** What is wrong with a result that says it is of this round's; empty if it can be taken, as far as the record goes. */
    Optional<String> problem(SlotResult result) {
        if (result.getProblem() != null) {
            return Optional.of(result.getWorker() + ": " + result.getProblem());
        }
        if (result.getState() == null) {
            return Optional.of(result.getWorker() + " left no state");
        }
        List<String> sources = sources();
        List<GradientSummary> summaries = result.getSummaries();
        boolean complete = summaries.size() == first.getSteps();
        for (int i = 0; complete && i < summaries.size(); i++) {
            complete = summaries.get(i).getStep() == first.getStep() + 1 + i
                    && summaries.get(i).getSources().stream()
                            .map(SourceSummary::getSource)
                            .toList()
                            .equals(sources);
        }
        return complete
                ? Optional.empty()
                : Optional.of(result.getWorker() + " does not say what the steps after " + first.getStep() + " did");
    }

    private List<String> sources() {
        List<String> sources = new ArrayList<>(List.of(TrainedSources.OBJECTIVE));
        for (SlotConstraint constraint : first.getConstraints()) {
            sources.add(constraint.getDefinition().getConstraintId());
        }
        return sources;
    }
}
