package io.saddle.primaltrainer.loop;

import io.saddle.artifact.ArtifactException;
import io.saddle.diffusion.network.Precision;
import io.saddle.diffusion.torch.TorchRuntime;
import io.saddle.diffusion.training.PrecisionChoice;
import io.saddle.diffusion.training.TrainingSettings;
import io.saddle.model.MemoryEstimate;
import io.saddle.model.RunMark;
import io.saddle.model.RunModel;
import io.saddle.model.training.TrainedSources;
import io.saddle.model.training.UnfitRunException;
import io.saddle.primaltrainer.checkpoint.Checkpoint;
import io.saddle.primaltrainer.checkpoint.CheckpointStore;
import io.saddle.primaltrainer.checkpoint.RunStart;
import io.saddle.primaltrainer.descent.Descent;
import io.saddle.primaltrainer.descent.LocalDescent;
import io.saddle.primaltrainer.descent.TrainerEnvironment;
import io.saddle.primaltrainer.journal.FileTrouble;
import io.saddle.primaltrainer.journal.RunJournal;
import io.saddle.primaltrainer.journal.RunOutput;
import io.saddle.primaltrainer.journal.StatusLine;
import io.saddle.primaltrainer.journal.TrainerRecords;
import io.saddle.primaltrainer.ownership.RunClaim;
import io.saddle.primaltrainer.ownership.RunTraining;
import io.saddle.primaltrainer.slot.SlotResults;
import io.saddle.primaltrainer.slot.SlottedDescent;
import io.saddle.run.spec.RunSpec;
import io.saddle.run.spec.RunSpecParser;
import io.saddle.schema.KeptCheckpoint;
import io.saddle.schema.RunStatus;
import io.saddle.schema.TrainingRun;
import io.saddle.topic.Topics;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Trains one run, on a thread of its own: takes it up at its newest intact checkpoint, and leaves it completed, paused,
 * stopped, failed, or handed over for another trainer to go on.
 */
public final class RunTrainer implements RunTraining, Runnable {

    private static final long LOOK_AGAIN_MILLIS = 20;
    private static final Logger LOG = LoggerFactory.getLogger(RunTrainer.class);

    private final TrainerEnvironment env;
    private final String runId;
    private final boolean onlyEnds;
    private final Thread thread;
    private volatile boolean handover;
    private volatile End end = End.ORDERLY;

    /** @param run as it is wanted now: one that is to pause or stop is only ended, whatever is wanted meanwhile */
    public RunTrainer(TrainerEnvironment env, TrainingRun run) {
        this.env = env;
        this.runId = run.getRunId();
        this.onlyEnds = RunControl.Wish.of(run.getDesiredState()) != RunControl.Wish.GO_ON;
        // A thread of its own, started after the allocator is set up: libtorch's memory arenas belong to threads.
        this.thread = new Thread(null, this, "train-" + runId, 16 << 20);
    }

    @Override
    public void start() {
        thread.start();
    }

    @Override
    public String runId() {
        return runId;
    }

    @Override
    public boolean isAlive() {
        return thread.isAlive();
    }

    @Override
    public End end() {
        return end;
    }

    @Override
    public void requestHandover() {
        handover = true;
    }

    @Override
    public void join(long millis) throws InterruptedException {
        thread.join(millis);
    }

    @Override
    public void run() {
        TrainerRecords records =
                new TrainerRecords(runId, env.worker(), env.build(), env.threads(), env.clock(), env.alerts());
        StatusLine status = StatusLine.after(env.statuses().of(runId), records);
        try {
            Optional<RunJournal.JournalClosedException> closed = runWith(status);
            if (closed.isPresent() && end == End.FAILED) {
                leaveAfter(closed.get(), status);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (RuntimeException | Error e) {
            end = End.UNREACHABLE;
            LOG.error("{}: training ended, and nothing could be said", runId, e);
        }
    }

    /** Tells why the journal was closed under the run, if it was. */
    private Optional<RunJournal.JournalClosedException> runWith(StatusLine status) throws InterruptedException {
        try (RunJournal journal = journal(status)) {
            try {
                runWith(journal, status);
                return Optional.empty();
            } catch (RunJournal.JournalClosedException e) {
                end = journal.isFenced() ? End.FENCED : End.FAILED;
                LOG.warn("training ends here: {}", e.getMessage());
                return Optional.of(e);
            }
        }
    }

    private RunJournal journal(StatusLine status) {
        FileTrouble trouble = new FileTrouble(status, new EndPatience(this::wish, env.nanos()));
        return new RunJournal(env.kafka(), env.serdes(), runId, trouble);
    }

    /** What the closed journal could not say is said through another one. */
    private void leaveAfter(RunJournal.JournalClosedException closed, StatusLine status) throws InterruptedException {
        RunControl.Wish wish = wish();
        try (RunJournal journal = journal(status)) {
            if (wish == RunControl.Wish.GO_ON) {
                leave(TrainingFault.of(closed, hasTrained()), journal, status);
                journal.flush();
            } else {
                untrained(journal, status).endWithoutFiles(wish, inWords(closed.getCause()));
                journal.flush();
                end = End.ORDERLY;
            }
        }
    }

    private static String inWords(Throwable cause) {
        return cause instanceof ArtifactException away ? away.getMessage() : String.valueOf(cause);
    }

    private UntrainedRun untrained(RunJournal journal, StatusLine status) {
        return new UntrainedRun(env.tables().run(runId).orElseThrow(), journal, status, env.artifacts());
    }

    private RunControl.Wish wish() {
        return handover
                ? RunControl.Wish.HAND_OVER
                : RunControl.Wish.of(env.tables().run(runId).orElseThrow().getDesiredState());
    }

    private void runWith(RunJournal journal, StatusLine status) throws InterruptedException {
        try {
            RunControl.Wish wish = wish();
            if (!onlyEnds) {
                takeUp(journal, status);
            } else if (wish != RunControl.Wish.GO_ON) {
                untrained(journal, status).end(wish);
            }
        } catch (InterruptedException | RunJournal.JournalClosedException e) {
            throw e;
        } catch (Exception | Error e) {
            couldNotTrain(e, journal, status);
        }
        journal.flush();
    }

    /** What is wished goes before what failed. */
    private void couldNotTrain(Throwable failure, RunJournal journal, StatusLine status) throws InterruptedException {
        LOG.error("{}: cannot train", runId, failure);
        RunControl.Wish wish = wish();
        if (wish == RunControl.Wish.PAUSE || wish == RunControl.Wish.STOP) {
            untrained(journal, status).end(wish);
            return;
        }
        TrainingFault fault = TrainingFault.of(failure, hasTrained());
        end = fault.isFinal() ? End.ORDERLY : End.FAILED;
        leave(fault, journal, status);
    }

    private boolean hasTrained() {
        return env.statuses().of(runId).filter(status -> status.getStep() > 0).isPresent();
    }

    private void leave(TrainingFault fault, RunJournal journal, StatusLine status) throws InterruptedException {
        if (!fault.isFinal()) {
            status.failed(env.clock().instant());
        }
        untrained(journal, status).leave(fault);
    }

    private void takeUp(RunJournal journal, StatusLine status) throws IOException, InterruptedException {
        Optional<Duration> rest = status.rest();
        if (rest.isPresent()) {
            status.setAside(env.clock().instant().plus(rest.get()));
            untrained(journal, status)
                    .leave(TrainingFault.ofTheRun(status.deaths().count(), rest.get()));
            return;
        }
        RunSpec spec = new RunSpecParser()
                .fromJson(env.tables().run(runId).orElseThrow().getSpec());
        RunModel model = UnfitRunException.unlessRefused(() -> RunModel.of(spec));
        requireMemory(spec);
        leaveMark(status);
        LostSnapshotException lost = null;
        while (true) {
            // Taken anew to go back: what is written from there on is newer than what was written of later steps.
            long owner = RunClaim.take(journal, status, env.artifacts());
            RunOutput output = new RunOutput(
                    spec,
                    model,
                    status,
                    journal,
                    env.artifacts(),
                    owner,
                    () -> !env.tables().active(runId).isEmpty(),
                    new NeededByRuns(runId, env.tables(), env.statuses()));
            try {
                if (!train(spec, model, output, lost)) {
                    untrained(journal, status).end(wish());
                }
                return;
            } catch (LostSnapshotException e) {
                lost = e;
            }
        }
    }

    /** Files of another run of the name are there for every trainer. */
    private void leaveMark(StatusLine status) throws IOException {
        RunMark mark = new RunMark(env.artifacts(), env.tables().run(runId).orElseThrow(), status.onRecord());
        UnfitRunException.unlessRefused(() -> {
            mark.leave();
            return mark;
        });
    }

    /** Sooner than the kernel ends this process and every run in it. */
    private void requireMemory(RunSpec spec) {
        boolean gpu = TorchRuntime.get().devices(RunModel.devices(spec)).get(0).isGpu();
        long estimate = MemoryEstimate.run(spec, gpu, env.threads());
        MemoryEstimate.tooLarge(estimate, env.memory().bytes()).ifPresent(reason -> {
            throw new TooLargeException(reason);
        });
    }

    /**
     * False if something else was wanted before a step could be taken, of which nothing is said yet.
     *
     * @param lost the snapshot that the run goes back for; null where it goes on
     */
    private boolean train(RunSpec spec, RunModel model, RunOutput output, LostSnapshotException lost)
            throws IOException, InterruptedException, LostSnapshotException {
        Checkpoint start = start(spec, model, output, lost);
        Precision precision = RunModel.precision(spec, start.precision(), start::precision);
        RunConstraints constraints =
                new RunConstraints(runId, env.tables(), start.state().step());
        Instant submitted = env.tables().run(runId).orElseThrow().getSubmittedAt();
        try (RunReader reader = new RunReader(
                        env, runId, submitted, spec, start, output.snapshots().judged());
                TrainedSources sources = new TrainedSources(spec, model, env.data(), env.models());
                Descent descent = descent(spec, model, precision, sources, start, output, reader.slots())) {
            // The training has a copy.
            start.close();
            reader.start();
            StepsBefore said = before();
            if (!awaitPast(reader, new PastWait(output, said, env.nanos()))) {
                return false;
            }
            if (!reader.knows(start.dualStep())) {
                // Without it the steps up to the next dual point would be trained without any constraint.
                throw new IllegalStateException("the multipliers of dual step " + start.dualStep()
                        + ", with which the checkpoint of step " + descent.step() + " was made, are not on "
                        + Topics.MULTIPLIERS.name() + "; restore topics and checkpoints of one backup");
            }
            new PrimalLoop(spec, model, descent, sources, constraints, reader.inputs(), output, this::wish, env.nanos())
                    .run(start, said);
            return true;
        } finally {
            start.close();
        }
    }

    /** Where this trainer goes back, it is what it said itself. */
    private StepsBefore before() {
        return env.statuses()
                .of(runId)
                .map(said -> new StepsBefore(said.getStep(), said.getDualStep()))
                .orElse(StepsBefore.NONE);
    }

    private Checkpoint start(RunSpec spec, RunModel model, RunOutput output, LostSnapshotException lost)
            throws IOException {
        ToldTrouble trouble = new ToldTrouble(output);
        CheckpointStore checkpoints =
                lost == null ? output.checkpoints() : output.checkpoints().upTo(lost.step());
        KeptCheckpoint onRecord = lost == null
                ? env.statuses().of(runId).map(RunStatus::getCheckpoint).orElse(null)
                : null;
        Checkpoint start = UnfitRunException.unlessRefused(
                () -> RunStart.of(spec, model, env.models(), checkpoints, onRecord, trouble, () -> fastest(spec)));
        if (lost != null) {
            trouble.goesBack(lost, start.state().step());
        }
        return start;
    }

    private Descent descent(
            RunSpec spec,
            RunModel model,
            Precision precision,
            TrainedSources sources,
            Checkpoint start,
            RunOutput output,
            SlotResults results)
            throws IOException {
        TrainingSettings settings =
                UnfitRunException.unlessRefused(() -> model.trainingSettings(spec, precision, env.threads()));
        return spec.training().slotCount() == 1
                ? new LocalDescent(settings, sources, start.state())
                : new SlottedDescent(
                        spec,
                        sources,
                        settings.averaging(),
                        precision,
                        start.state(),
                        output,
                        env.artifacts(),
                        results,
                        () -> wish() == RunControl.Wish.GO_ON,
                        env.nanos());
    }

    private Precision fastest(RunSpec spec) {
        PrecisionChoice choice = PrecisionChoice.on(RunModel.devices(spec).primary());
        LOG.info("{}: precision auto is {}: {}", runId, choice.precision(), choice.reason());
        return choice.precision();
    }

    /** What was decided before this trainer took up the run decides what its steps were: nothing is trained before that is known. */
    private boolean awaitPast(RunReader reader, PastWait wait) throws InterruptedException {
        while (!reader.isCaughtUp() && wish() == RunControl.Wish.GO_ON) {
            wait.tell(reader.obstacle(), reader.backlog());
            Thread.sleep(LOOK_AGAIN_MILLIS);
        }
        return reader.isCaughtUp();
    }
}
