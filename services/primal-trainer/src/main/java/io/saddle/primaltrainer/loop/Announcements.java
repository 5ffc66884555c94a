package io.saddle.primaltrainer.loop;

import io.saddle.primaltrainer.checkpoint.DualPoint;
import io.saddle.primaltrainer.descent.Descent;
import io.saddle.primaltrainer.journal.RunOutput;
import io.saddle.run.spec.RunSpec;
import io.saddle.schema.ConstraintDefinition;
import java.io.IOException;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;

/** What a run says at its dual points to those who make the next multipliers, and says again where it may have been lost. One thread. */
final class Announcements {

    private final RunSpec.Dual dual;
    private final Descent descent;
    private final RunConstraints constraints;
    private final RunInputs inputs;
    private final RunOutput output;
    private final DualPoints points;
    private final SourceLosses losses;
    private final WrittenState written;
    /** Done when every iterate that was announced here is in the store, or never will be. */
    private CompletableFuture<Void> iterated = CompletableFuture.completedFuture(null);

    Announcements(
            RunSpec.Dual dual,
            Descent descent,
            RunConstraints constraints,
            RunInputs inputs,
            RunOutput output,
            DualPoints points,
            SourceLosses losses,
            WrittenState written) {
        this.dual = dual;
        this.descent = descent;
        this.constraints = constraints;
        this.inputs = inputs;
        this.output = output;
        this.points = points;
        this.losses = losses;
        this.written = written;
    }

    /** Whether an iterate that was announced is still on its way to the store. */
    boolean isUnderWay() {
        return !iterated.isDone();
    }

    /**
     * What the dual side needs for its next step: a snapshot for evaluators, and the losses that are measured here.
     *
     * @param dualStep of the vector that the last step took
     */
    void make(long dualStep) throws IOException, InterruptedException, NotFiniteException {
        if (constraints.active().isEmpty() || points.isPassed(descent.step())) {
            return;
        }
        DualPoint point = points.at(descent.step(), dualStep, losses.windows());
        if (constraints.needSnapshots()) {
            iterated = output.snapshots()
                    .iterate(written.weights(), point.step(), point.dualStep(), constraints.versions());
            written.await(iterated);
        }
        estimate(point);
    }

    /**
     * The dual points that are behind and whose vectors are still to be taken.
     *
     * @param hasWaited whether a vector was waited for, longer than one takes
     */
    void again(boolean hasWaited) throws IOException, InterruptedException, LostSnapshotException {
        if (constraints.active().isEmpty()) {
            return;
        }
        for (DualPoint point : points.before(descent.step())) {
            if (inputs.multipliers().has(dual.dualStepOf(point.step()))) {
                // There is one vector for each dual step, for ever, and its snapshot may be pruned.
                continue;
            }
            if (constraints.needSnapshots()) {
                if (hasWaited) {
                    requireSnapshot(point.step());
                }
                output.snapshots().iterateAgain(point.step(), point.dualStep(), constraints.versions());
            }
            estimate(point);
        }
    }

    /**
     * Sees that a snapshot is there whose dual step was waited for: before that it may be made without.
     *
     * @throws LostSnapshotException if it is not, and there is a checkpoint to make it again from
     */
    private void requireSnapshot(long step) throws LostSnapshotException {
        if (isUnderWay()) {
            // It may be on its way.
            return;
        }
        Optional<String> trouble = output.snapshots().iterateTrouble(step);
        if (trouble.isPresent() && output.snapshots().isMadeAgain(step)) {
            throw new LostSnapshotException(step, trouble.get());
        }
    }

    private void estimate(DualPoint announced) throws IOException, InterruptedException {
        DualPoint point = announced;
        for (ConstraintDefinition definition : constraints.active()) {
            if (RunConstraints.isMeasuredHere(definition)) {
                point = losses.measured(definition, point);
                // Before anybody hears of it: a checkpoint has what was said.
                points.replace(point);
                output.estimate(
                        definition,
                        point.step(),
                        point.dualStep(),
                        losses.of(definition, point),
                        losses.reference(definition, point));
            }
        }
    }
}
