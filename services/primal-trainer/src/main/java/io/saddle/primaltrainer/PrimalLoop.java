package io.saddle.primaltrainer;

import io.saddle.binding.RunModel;
import io.saddle.diffusion.evaluation.LossEstimateResult;
import io.saddle.diffusion.training.PrimalTraining;
import io.saddle.diffusion.training.SourceReport;
import io.saddle.diffusion.training.StepReport;
import io.saddle.schema.AlertKind;
import io.saddle.schema.ConstraintDefinition;
import io.saddle.schema.RunPhase;
import io.saddle.schema.Severity;
import io.saddle.schema.SnapshotWeights;
import io.saddle.spec.RunSpec;
import java.io.IOException;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/**
 * The primal side of a run: steps with the multipliers that the dual side gives, a snapshot at every dual point, checkpoints
 * and judged snapshots in between. One thread.
 */
final class PrimalLoop {

    private static final long SHOWN_AFTER_NANOS = Duration.ofSeconds(5).toNanos();
    private static final long ALERT_AFTER_NANOS = Duration.ofSeconds(60).toNanos();
    private static final Duration LOOK_AGAIN = Duration.ofMillis(200);

    private final RunSpec spec;
    private final PrimalTraining training;
    private final RunConstraints constraints;
    private final MultiplierLog log;
    private final RunOutput output;
    private final RunControl control;
    private final MultiplierChoice choice;
    private final StepClock clock;
    private final LossProbe probe;
    private final Map<String, LossWindow> windows = new HashMap<>();
    private long dualStep;
    private long checkpointStep;
    private long checkpointNanos = System.nanoTime();

    PrimalLoop(
            RunSpec spec,
            RunModel model,
            PrimalTraining training,
            RunConstraints constraints,
            MultiplierLog log,
            RunOutput output,
            RunControl control) {
        this.spec = spec;
        this.training = training;
        this.constraints = constraints;
        this.log = log;
        this.output = output;
        this.control = control;
        this.choice = MultiplierChoice.of(spec);
        this.clock = new StepClock();
        this.probe = new LossProbe(model, spec.seed());
    }

    /** Trains until the run is complete or something else is wanted; the journal has what it ended with. */
    void run(Checkpoint start) throws IOException, InterruptedException {
        try (probe) {
            train(start);
        }
    }

    private void train(Checkpoint start) throws IOException, InterruptedException {
        windows.putAll(start.windows());
        dualStep = start.dualStep();
        checkpointStep = training.step();
        if (choice.isDualPoint(training.step())
                && training.step() < spec.training().steps()) {
            // It may have been lost on its way; who has handled it already takes no harm from a second one.
            announceForDualStep();
        }
        while (training.step() < spec.training().steps()) {
            RunControl.Wish wish = control.wish();
            if (wish != RunControl.Wish.GO_ON) {
                end(wish);
                return;
            }
            if (constraints.refresh()) {
                training.replaceSources(constraints.sources());
                if (choice.isDualPoint(training.step())) {
                    // The estimates under way are of the old definitions, and count no more.
                    announceForDualStep();
                }
            }
            Optional<MultiplierVector> vector =
                    choice.next(training.step(), dualStep, !constraints.active().isEmpty(), log);
            if (vector.isEmpty()) {
                await();
            } else if (!step(vector.get())) {
                return;
            }
        }
        complete();
    }

    /** One primal step; false if the loss was not finite. */
    private boolean step(MultiplierVector vector) throws InterruptedException, IOException {
        StepClock.Gap gap = clock.working();
        StepReport report = training.step(vector.inOrderOf(constraints.active()));
        if (!report.finite()) {
            failNonFinite(report);
            return false;
        }
        dualStep = vector.dualStep();
        log.forgetBefore(dualStep);
        for (SourceReport source : report.sources()) {
            windows.merge(source.id(), LossWindow.EMPTY.plus(source.rows(), source.loss()), LossWindow::plus);
        }
        output.summary(report, vector, gap);
        clock.stepped(report.stepMillis());
        long step = report.step();
        long remaining = spec.training().steps() - step;
        output.status(RunPhase.TRAINING, step, dualStep, "training", clock.etaSeconds(remaining));
        if (remaining > 0 && choice.isDualPoint(step)) {
            announceForDualStep();
        }
        if (remaining > 0
                && spec.evaluation().every() > 0
                && step % spec.evaluation().every() == 0) {
            output.snapshot(training.ema(), step, dualStep, SnapshotWeights.EMA, false);
        }
        if (isCheckpointDue(step)) {
            checkpoint();
        }
        return true;
    }

    /** What the dual side needs for its next step: a snapshot for evaluators, and the losses that are measured here. */
    private void announceForDualStep() throws InterruptedException, IOException {
        if (constraints.active().isEmpty()) {
            return;
        }
        long step = training.step();
        if (constraints.needSnapshots()) {
            output.snapshot(training.weights(), step, dualStep, SnapshotWeights.RAW, false);
        }
        for (ConstraintDefinition definition : constraints.active()) {
            if (RunConstraints.isMeasuredHere(definition)) {
                output.estimate(definition, step, dualStep, measured(definition));
            }
        }
        windows.clear();
    }

    /** The mean of the losses seen since the last dual step; a probe where the mixture drew no row of the constraint. */
    private LossEstimateResult measured(ConstraintDefinition definition) {
        LossWindow window = windows.getOrDefault(definition.getConstraintId(), LossWindow.EMPTY);
        if (window.rows() > 0) {
            return window.estimate();
        }
        int index = constraints.active().indexOf(definition);
        return probe.measure(
                definition,
                training.weights(),
                training.sources().get(index + 1).data());
    }

    private void await() throws InterruptedException, IOException {
        long begin = System.nanoTime();
        if (clock.waitingNanos() > SHOWN_AFTER_NANOS) {
            output.status(
                    RunPhase.WAITING_FOR_MULTIPLIERS,
                    training.step(),
                    dualStep,
                    "waiting for the estimates of " + constraints.active().size() + " constraints",
                    null);
        }
        if (clock.waitingNanos() > ALERT_AFTER_NANOS && !clock.waitWasSaid()) {
            output.alert(
                    AlertKind.STALE_MULTIPLIERS,
                    Severity.WARNING,
                    "step " + training.step() + " waits for multipliers newer than dual step "
                            + log.newest().dualStep(),
                    "see that the constraint evaluators and the dual updater run; training goes on by itself",
                    training.step());
            // An evaluator may have missed it, or measured an older definition; a second one does no harm.
            announceForDualStep();
        }
        log.awaitMore(LOOK_AGAIN);
        clock.waited(System.nanoTime() - begin);
    }

    private boolean isCheckpointDue(long step) {
        double minutes = (System.nanoTime() - checkpointNanos) / 60e9;
        return step - checkpointStep >= spec.checkpoints().everySteps()
                || minutes >= spec.checkpoints().everyMinutes();
    }

    private void checkpoint() throws InterruptedException {
        output.checkpoint(new Checkpoint(training.capture(), dualStep, Map.copyOf(windows)));
        checkpointStep = training.step();
        checkpointNanos = System.nanoTime();
    }

    private void end(RunControl.Wish wish) throws InterruptedException {
        checkpoint();
        long step = training.step();
        switch (wish) {
            case PAUSE -> output.status(RunPhase.PAUSED, step, dualStep, "paused; resume goes on from here", null);
            case STOP -> {
                output.snapshot(training.ema(), step, dualStep, SnapshotWeights.EMA, true);
                output.status(RunPhase.STOPPED, step, dualStep, "stopped on request", null);
            }
            default -> output.status(RunPhase.QUEUED, step, dualStep, "handed over to the next trainer", null);
        }
    }

    private void complete() throws InterruptedException {
        checkpoint();
        long step = training.step();
        output.snapshot(training.ema(), step, dualStep, SnapshotWeights.EMA, true);
        output.status(RunPhase.COMPLETED, step, dualStep, "all " + step + " steps are done", 0.0);
    }

    private void failNonFinite(StepReport report) throws InterruptedException {
        String message =
                "the loss or gradient of step " + report.step() + " is not finite; the state before it is kept";
        output.alert(
                AlertKind.NON_FINITE_LOSS,
                Severity.ERROR,
                message,
                "lower training.learningRate or training.clipNorm and submit the run under a new name",
                report.step());
        checkpoint();
        output.status(RunPhase.FAILED, training.step(), dualStep, message, null);
    }
}
