package io.saddle.primaltrainer.slot;

import io.saddle.diffusion.network.Precision;
import io.saddle.diffusion.torch.TorchRuntime;
import io.saddle.diffusion.training.ModelState;
import io.saddle.diffusion.training.Multipliers;
import io.saddle.diffusion.training.SlotState;
import io.saddle.diffusion.training.StepReport;
import io.saddle.kafka.Fault;
import io.saddle.kafka.Publisher;
import io.saddle.kafka.Received;
import io.saddle.kafka.RecordHandler;
import io.saddle.model.MemoryEstimate;
import io.saddle.model.RunModel;
import io.saddle.model.StoredCheckpoints;
import io.saddle.model.training.RunSteps;
import io.saddle.model.training.StateFiles;
import io.saddle.primaltrainer.descent.TrainerEnvironment;
import io.saddle.primaltrainer.journal.TrainerRecords;
import io.saddle.primaltrainer.progress.StepClock;
import io.saddle.run.RunPhases;
import io.saddle.run.spec.RunSpec;
import io.saddle.run.spec.RunSpecParser;
import io.saddle.schema.Alert;
import io.saddle.schema.DesiredState;
import io.saddle.schema.GradientSummary;
import io.saddle.schema.KeptCheckpoint;
import io.saddle.schema.RunStatus;
import io.saddle.schema.Severity;
import io.saddle.schema.SlotConstraint;
import io.saddle.schema.SlotResult;
import io.saddle.schema.SlotTask;
import io.saddle.schema.TrainingRun;
import io.saddle.service.BoundedMap;
import io.saddle.topic.Topics;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Does the steps of slots, of whichever runs: reads the round's base, trains, leaves the state in the artifact store and says so. What a
 * slot comes to follows from its task alone, so that done twice it is the same. One that nobody waits for any more is left at once.
 */
public final class SlotWork implements RecordHandler<SlotTask>, AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(SlotWork.class);
    private static final int REMEMBERED = 64;

    /**
     * The steps of a slot that are all done.
     *
     * @param slot what they are of
     * @param nanos that they took
     */
    private record StepsDone(String slot, List<GradientSummary> summaries, long nanos) {}

    private final TrainerEnvironment env;
    private final Publisher publisher;
    /** The newest results, by what they are of: one that is asked for again need not be computed again. */
    private final Map<String, SlotResult> done = BoundedMap.oldestFirst(REMEMBERED);

    private RunSteps training;
    /** What it trains: the run, and its precision. */
    private String trains = "";

    /** The base of the last task: those of a round have the same. */
    private SlotState base;

    private String baseSha256 = "";

    /** The steps whose end is the state of {@link #training}, and does not lie in the store yet; null if there are none. */
    private StepsDone unwritten;

    /** @param publisher sends what has come of slots */
    public SlotWork(TrainerEnvironment env, Publisher publisher) {
        this.env = env;
        this.publisher = publisher;
    }

    @Override
    public synchronized void handle(Received<SlotTask> record) throws Exception {
        SlotTask task = record.value();
        String what = nameOf(task);
        if (!isWanted(task)) {
            if (isUnwritten(what)) {
                release();
            }
            return;
        }
        SlotResult known = done.get(what);
        if (known != null && new SlotStore(env.artifacts(), task.getRunId()).has(known.getState())) {
            say(SlotResult.newBuilder(known).setAttempt(task.getAttempt()).build());
            return;
        }
        Optional<SlotResult> result = resultOf(task);
        if (result.isPresent()) {
            if (result.get().getState() != null) {
                done.put(what, result.get());
            }
            say(result.get());
        }
    }

    /** Whatever this machine lacks, another one may have: the run's owner decides. */
    private Optional<SlotResult> resultOf(SlotTask task) throws IOException, InterruptedException {
        try {
            return compute(task);
        } catch (IOException | RuntimeException e) {
            boolean interrupted = Thread.currentThread().isInterrupted();
            boolean wanted = isWanted(task);
            // The store is away, or the disk is full: what is tried again here, as long as the slot is waited for.
            boolean again = !interrupted && wanted && Fault.of(e) == Fault.ENVIRONMENT;
            if (!again || unwritten == null) {
                release();
            }
            if (again) {
                throw e;
            }
            if (interrupted) {
                throw new InterruptedException();
            }
            if (!wanted) {
                return Optional.empty();
            }
            LOG.error("{}: slot {} of the steps after {} failed", task.getRunId(), task.getSlot(), task.getStep(), e);
            return Optional.of(builder(task)
                    .setProblem(e.getMessage() == null ? e.toString() : e.getMessage())
                    .build());
        }
    }

    /** Where the steps are done already, and only their end could not be written, it is the write alone that is done again. */
    private Optional<SlotResult> compute(SlotTask task) throws IOException, InterruptedException {
        Optional<SlotResult> early = isUnwritten(nameOf(task)) ? Optional.empty() : train(task);
        if (unwritten == null) {
            return early;
        }
        SlotResult result = write(task);
        unwritten = null;
        return Optional.of(result);
    }

    /** Leaves the steps in {@link #unwritten}, unless they end early: by one that is not finite, or since nobody waits for them. */
    private Optional<SlotResult> train(SlotTask task) throws IOException, InterruptedException {
        long begun = System.nanoTime();
        unwritten = null;
        begin(task);
        Multipliers lambda = new Multipliers(task.getConstraints().stream()
                .mapToDouble(SlotConstraint::getMultiplier)
                .toArray());
        TrainerRecords records = new TrainerRecords(
                task.getRunId(), env.worker(), env.build(), env.threads(), env.clock(), env.alerts());
        List<GradientSummary> summaries = new ArrayList<>();
        for (int i = 0; i < task.getSteps(); i++) {
            if (Thread.interrupted()) {
                throw new InterruptedException();
            }
            if (!isWanted(task)) {
                return Optional.empty();
            }
            StepReport report = training.step(lambda);
            if (!report.finite()) {
                return Optional.of(builder(task).setNonFiniteStep(report.step()).build());
            }
            summaries.add(records.summary(
                    report,
                    task.getDualStep(),
                    task.getStaleSteps() + i,
                    StepClock.Gap.NONE,
                    env.clock().millis()));
        }
        if (!isWanted(task)) {
            return Optional.empty();
        }
        unwritten = new StepsDone(nameOf(task), summaries, System.nanoTime() - begun);
        return Optional.empty();
    }

    /** What was waited for the store in between is no work. */
    private SlotResult write(SlotTask task) throws IOException {
        long begun = System.nanoTime();
        SlotStore store = new SlotStore(env.artifacts(), task.getRunId());
        try (ModelState ended = training.view()) {
            SlotState state = new SlotState(ended.weights(), ended.adamMean(), ended.adamVariance());
            return builder(task)
                    .setState(store.write(task, state))
                    .setSummaries(unwritten.summaries())
                    .setComputeMillis((unwritten.nanos() + System.nanoTime() - begun) / 1_000_000)
                    .setComputedAt(env.clock().instant())
                    .build();
        }
    }

    private static String nameOf(SlotTask task) {
        return task.getRound() + "/" + task.getSlot();
    }

    private boolean isUnwritten(String slot) {
        return unwritten != null && unwritten.slot().equals(slot);
    }

    private void begin(SlotTask task) throws IOException {
        if (!task.getBase().getSha256().equals(baseSha256)) {
            closeBase();
            base = StateFiles.slot(env.artifacts().verifiedFile(task.getBase(), StoredCheckpoints.STATE));
            baseSha256 = task.getBase().getSha256();
        }
        String wanted = task.getRunId() + " in " + task.getPrecision();
        if (!trains.equals(wanted)) {
            closeTraining();
        }
        ModelState begin = RunSteps.withoutAverage(base, task.getStep(), task.getStepsBefore());
        if (training == null) {
            RunSpec spec = new RunSpecParser()
                    .fromJson(env.tables().run(task.getRunId()).orElseThrow().getSpec());
            RunModel model = RunModel.of(spec);
            requireMemory(spec);
            Precision precision = Precision.valueOf(task.getPrecision().toUpperCase(Locale.ROOT));
            training = new RunSteps(spec, model, precision, env.threads(), env.data(), env.models(), begin);
            trains = wanted;
        }
        training.trainOn(task.getConstraints().stream()
                .map(SlotConstraint::getDefinition)
                .toList());
        training.restore(begin, task.getSlot());
    }

    private void requireMemory(RunSpec spec) {
        boolean gpu = TorchRuntime.get().devices(RunModel.devices(spec)).get(0).isGpu();
        MemoryEstimate.tooLarge(
                        MemoryEstimate.slot(spec, gpu, env.threads()),
                        env.memory().bytes())
                .ifPresent(reason -> {
                    throw new IllegalArgumentException(reason);
                });
    }

    private SlotResult.Builder builder(SlotTask task) {
        return SlotResult.newBuilder()
                .setRunId(task.getRunId())
                .setRound(task.getRound())
                .setStep(task.getStep())
                .setSlot(task.getSlot())
                .setAttempt(task.getAttempt())
                .setSummaries(List.of())
                .setWorker(env.worker())
                .setComputeMillis(0)
                .setComputedAt(env.clock().instant());
    }

    private void say(SlotResult result) throws InterruptedException, ExecutionException {
        publisher.send(Topics.SLOT_RESULTS, result.getRunId(), result).get();
    }

    /**
     * True as long as the run waits for the task: it is to go on, none of its checkpoints is past the round's beginning, and it is not set
     * aside, which may be since a slot of it ends whoever takes it.
     */
    private boolean isWanted(SlotTask task) {
        Optional<TrainingRun> run = env.tables().run(task.getRunId());
        if (run.isEmpty() || run.get().getDesiredState() != DesiredState.RUNNING) {
            return false;
        }
        Optional<RunStatus> status = env.statuses().of(task.getRunId());
        long kept = status.map(RunStatus::getCheckpoint)
                .map(KeptCheckpoint::getStep)
                .orElse(0L);
        return kept <= task.getStep()
                && !env.statuses().isSetAside(task.getRunId(), env.clock().instant())
                && status.filter(last -> RunPhases.isFinal(last.getPhase())).isEmpty();
    }

    /** The run's owner sees no more than that nothing comes. */
    @Override
    public void hindered(Received<SlotTask> record, Exception why) throws ExecutionException, InterruptedException {
        SlotTask task = record.value();
        PassingTrouble trouble = PassingTrouble.of(why);
        Optional<Alert> hindered = env.alerts()
                .raise(
                        "slots wait: " + trouble.what(),
                        task.getRunId(),
                        trouble.kind(),
                        Severity.WARNING,
                        "slot " + task.getSlot() + " of the steps after " + task.getStep() + " waits at " + env.worker()
                                + ": " + why.getMessage(),
                        trouble.remedy(),
                        task.getStep());
        if (hindered.isPresent()) {
            publisher.send(Topics.ALERTS, task.getRunId(), hindered.get()).get();
        }
    }

    @Override
    public void givenUp(Received<SlotTask> record, Exception why) throws Exception {
        say(builder(record.value()).setProblem(why.toString()).build());
    }

    /** Returns when the step under way is done. */
    @Override
    public synchronized void close() {
        release();
    }

    private void release() {
        unwritten = null;
        closeTraining();
        closeBase();
    }

    private void closeTraining() {
        if (training != null) {
            training.close();
            training = null;
            trains = "";
        }
    }

    private void closeBase() {
        if (base != null) {
            base.close();
            base = null;
            baseSha256 = "";
        }
    }
}
