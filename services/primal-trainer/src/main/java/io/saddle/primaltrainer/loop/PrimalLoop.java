package io.saddle.primaltrainer.loop;

import io.saddle.diffusion.network.Precision;
import io.saddle.diffusion.training.ModelState;
import io.saddle.diffusion.training.StepReport;
import io.saddle.model.RunModel;
import io.saddle.model.training.TrainedSources;
import io.saddle.primaltrainer.checkpoint.Checkpoint;
import io.saddle.primaltrainer.checkpoint.Checkpoint.AppliedMultiplier;
import io.saddle.primaltrainer.checkpoint.Checkpoint.RandomPosition;
import io.saddle.primaltrainer.descent.Descent;
import io.saddle.primaltrainer.journal.RunOutput;
import io.saddle.primaltrainer.multipliers.MultiplierChoice;
import io.saddle.primaltrainer.multipliers.MultiplierVector;
import io.saddle.primaltrainer.progress.StepClock;
import io.saddle.run.spec.RunSpec;
import io.saddle.schema.AlertKind;
import io.saddle.schema.RunPhase;
import io.saddle.schema.Severity;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.LongSupplier;

/**
 * The primal side of a run: steps with the multipliers that the dual side gives, a snapshot at every dual point, checkpoints
 * and judged snapshots in between. One thread.
 */
final class PrimalLoop {

    private static final Duration LOOK_AGAIN = Duration.ofMillis(200);

    private final RunSpec spec;
    private final Descent descent;
    private final RunConstraints constraints;
    private final RunInputs inputs;
    private final RunOutput output;
    private final RunControl control;
    private final MultiplierChoice choice;
    private final LongSupplier nanos;
    private final StepClock clock;
    private final MultiplierWait wait;
    private final SourceLosses losses;
    private final WrittenState written;
    /** What the last step took. */
    private Map<String, AppliedMultiplier> applied = Map.of();

    /** What every later checkpoint records. */
    private Precision precision;

    private long dualStep;
    private DualPoints points;
    private Announcements announcements;

    private long checkpointStep;
    private long checkpointNanos;

    /** @param nanos the clock, {@link System#nanoTime} but for tests */
    PrimalLoop(
            RunSpec spec,
            RunModel model,
            Descent descent,
            TrainedSources sources,
            RunConstraints constraints,
            RunInputs inputs,
            RunOutput output,
            RunControl control,
            LongSupplier nanos) {
        this.spec = spec;
        this.descent = descent;
        this.constraints = constraints;
        this.inputs = inputs;
        this.output = output;
        this.control = control;
        this.nanos = nanos;
        this.choice = new MultiplierChoice(spec.dual(), spec.stepsTogether());
        this.clock = new StepClock(nanos);
        this.wait = new MultiplierWait(spec, constraints, inputs, output, clock, nanos);
        this.losses = new SourceLosses(descent, sources, new LossProbe(model, spec.seed()));
        this.written = new WrittenState(descent);
    }

    /**
     * Trains until the run is complete or something else is wanted; the journal has what it ended with.
     *
     * @param start what the training has begun with; its state is not looked at
     * @param said of the run before
     * @throws LostSnapshotException if the run has to go back, of which nothing is said yet
     */
    void run(Checkpoint start, StepsBefore said) throws IOException, InterruptedException, LostSnapshotException {
        try (losses) {
            train(start, said);
        } catch (NotFiniteException e) {
            failNonFinite(e.getMessage(), descent.step());
        }
    }

    private void train(Checkpoint start, StepsBefore said)
            throws IOException, InterruptedException, NotFiniteException, LostSnapshotException {
        losses.putAll(start.windows());
        applied = start.multipliers();
        dualStep = start.dualStep();
        precision = start.precision();
        points = new DualPoints(choice, start.dualPoints(), said);
        announcements = new Announcements(spec.dual(), descent, constraints, inputs, output, points, losses, written);
        output.trainsIn(descent.precision());
        // Under this owner's token, before it does a step: nothing that an earlier owner still writes counts as newer.
        keep(written.unchecked());
        if (isDualPointDue()) {
            points.begin(descent.step(), dualStep, losses.windows());
        }
        // They may have been lost on their way; who has handled them already takes no harm from a second one.
        announcements.again(false);
        if (isDualPointDue()) {
            announcements.make(dualStep);
        }
        while (descent.step() < spec.training().steps()) {
            RunControl.Wish wish = control.wish();
            if (wish != RunControl.Wish.GO_ON) {
                end(wish);
                return;
            }
            boolean changed = constraints.refresh(descent.step());
            if (changed) {
                // The estimates under way are of the old definitions, and count no more.
                announcements.again(false);
                if (isDualPointDue()) {
                    announcements.make(dualStep);
                }
            }
            Optional<MultiplierVector> vector = next();
            if (changed && vector.isEmpty() && !isDualPointDue()) {
                announceWhereItWaits();
            }
            if (vector.isEmpty()) {
                if (constraints.shadowsChanged()) {
                    // Who is to take over from an evaluator that is silent has to measure the snapshot that is waited
                    // for first.
                    announcements.again(false);
                    announceWhereItWaits();
                }
                await();
            } else if (!step(vector.get())) {
                return;
            }
        }
        complete();
    }

    /** The vector of the next step; empty if it has to be waited for. */
    private Optional<MultiplierVector> next() {
        long step = descent.step();
        Optional<MultiplierVector> vector =
                choice.next(step, dualStep, constraints.activeSince(), inputs.multipliers());
        if (vector.isPresent() || !spec.dual().mode().isReproducible() || points.isAwaited(step)) {
            return vector;
        }
        // At its dual point there were no constraints, and no snapshot was announced: nothing will come.
        return choice.next(step, dualStep, Map.of(), inputs.multipliers());
    }

    /** What one advance does; false if a loss or gradient was not finite. */
    private boolean step(MultiplierVector vector) throws InterruptedException, IOException, NotFiniteException {
        StepClock.Gap gap = clock.working();
        if (constraints.train(vector)) {
            descent.trainOn(constraints.trained());
        }
        long start = descent.step();
        boolean begins = choice.isDualPoint(start);
        boolean undecided = begins
                && (points.isAwaited(start) || !constraints.active().isEmpty())
                && choice.passesUndecided(start, vector.dualStep(), inputs.multipliers());
        long staleSteps = vector.staleSteps(start, constraints.activeSince());
        List<StepReport> reports = descent.advance(vector, staleSteps);
        if (reports.isEmpty()) {
            return true;
        }
        StepReport last = reports.get(reports.size() - 1);
        if (!last.finite()) {
            failNonFinite("the loss or gradient of step " + last.step() + " is not finite", last.step());
            return false;
        }
        if (begins) {
            // Not before: whoever announces the dual point again says the same again.
            losses.clear();
            points.passed(start, vector.dualStep());
        }
        dualStep = vector.dualStep();
        applied = vector.appliedTo(constraints.trained());
        inputs.multipliers().forgetBefore(dualStep);
        inputs.traces().applied(dualStep);
        reports.forEach(report -> losses.add(report.sources()));
        if (begins && spec.dual().mode().isReproducible() && dualStep < choice.wanted(start)) {
            // Before anybody sees the step: who takes the run up may find a constraint in force.
            output.statusNow(RunPhase.TRAINING, last.step(), dualStep, "training");
        }
        if (undecided) {
            // Before anybody sees the step: who takes the run up never asks for that vector again.
            checkpoint();
        }
        tell(reports, staleSteps, gap);
        long step = last.step();
        if (isDualPointDue()) {
            announcements.make(dualStep);
        }
        long every = spec.evaluation().every();
        if (step < spec.training().steps() && every > 0 && step / every > start / every) {
            average(false);
        }
        if (isCheckpointDue(step)) {
            checkpoint();
        }
        return true;
    }

    private void tell(List<StepReport> reports, long staleSteps, StepClock.Gap before) throws InterruptedException {
        StepClock.Gap gap = before;
        double millis = 0;
        long first = reports.get(0).step();
        for (StepReport report : reports) {
            output.summary(report, dualStep, staleSteps + report.step() - first, gap);
            gap = StepClock.Gap.NONE;
            millis += report.stepMillis();
        }
        clock.stepped(reports.size(), millis);
        long step = descent.step();
        output.status(
                RunPhase.TRAINING,
                step,
                dualStep,
                "training",
                clock.etaSeconds(spec.training().steps() - step));
    }

    /** ASYNC may wait at any step; at one of PIPELINED's whose vector no step would take, the dual side has nothing to do. */
    private void announceWhereItWaits() throws IOException, InterruptedException, NotFiniteException {
        if (isDualPointDue() || !spec.dual().mode().isReproducible()) {
            announcements.make(dualStep);
        }
    }

    private boolean isDualPointDue() {
        return choice.isDue(descent.step(), spec.training().steps());
    }

    private void await() throws IOException, InterruptedException, NotFiniteException, LostSnapshotException {
        long begin = System.nanoTime();
        if (announcements.isUnderWay()) {
            // Nobody can have measured it.
            clock.heldUp();
        }
        if (wait.tell(descent.step(), dualStep)) {
            // An evaluator may have missed one, or measured an older definition; a second one does no harm.
            announcements.again(true);
            announceWhereItWaits();
        }
        inputs.multipliers().awaitMore(LOOK_AGAIN);
        clock.waited(System.nanoTime() - begin);
    }

    private boolean isCheckpointDue(long step) {
        double minutes = (nanos.getAsLong() - checkpointNanos) / 60e9;
        return descent.needsCheckpoints()
                || step - checkpointStep >= spec.checkpoints().everySteps()
                || minutes >= spec.checkpoints().everyMinutes();
    }

    private void checkpoint() throws InterruptedException, NotFiniteException {
        keep(written.all());
    }

    /** @param state closed once it is written */
    private void keep(ModelState state) throws InterruptedException {
        long step = state.step();
        written.await(output.checkpoint(new Checkpoint(
                state,
                dualStep,
                losses.windows(),
                points.kept(),
                applied,
                inputs.position().get(),
                new RandomPosition(spec.seed(), step + 1),
                precision)));
        descent.checkpointed();
        checkpointStep = step;
        checkpointNanos = nanos.getAsLong();
    }

    private void average(boolean last) throws InterruptedException, NotFiniteException {
        written.await(output.snapshots().average(written.average(), descent.step(), dualStep, last));
    }

    private void end(RunControl.Wish wish) throws InterruptedException, NotFiniteException {
        checkpoint();
        long step = descent.step();
        switch (wish) {
            case PAUSE -> output.status(RunPhase.PAUSED, step, dualStep, "paused; resume goes on from here", null);
            case STOP -> {
                descent.ended();
                average(true);
                output.status(RunPhase.STOPPED, step, dualStep, "stopped on request", null);
            }
            default -> output.status(RunPhase.QUEUED, step, dualStep, "handed over to the next trainer", null);
        }
    }

    private void complete() throws InterruptedException, NotFiniteException {
        checkpoint();
        descent.ended();
        long step = descent.step();
        average(true);
        output.status(RunPhase.COMPLETED, step, dualStep, "all " + step + " steps are done", 0.0);
    }

    /** What another run can start from. */
    private void endWithAverage() throws InterruptedException {
        try {
            average(true);
        } catch (NotFiniteException e) {
            // The averages are not, though the weights are: the checkpoint stands.
        }
    }

    private void failNonFinite(String what, long step) throws InterruptedException {
        boolean good = descent.isFinite();
        String message = what
                + (good ? "; the state before it is kept" : "; the checkpoint of step " + checkpointStep + " stands");
        output.alert(
                AlertKind.NON_FINITE_LOSS,
                Severity.ERROR,
                message,
                "lower training.learningRate or training.clipNorm and submit the run under a new name",
                step);
        if (good) {
            keep(written.unchecked());
            endWithAverage();
        }
        descent.ended();
        output.status(RunPhase.FAILED, checkpointStep, dualStep, message, null);
    }
}
