package io.saddle.primaltrainer.journal;

import io.saddle.artifact.ArtifactException;
import io.saddle.artifact.ArtifactStore;
import io.saddle.diffusion.evaluation.LossEstimateResult;
import io.saddle.diffusion.files.DiffusersPipelineFolder;
import io.saddle.diffusion.network.Precision;
import io.saddle.diffusion.torch.HostVector;
import io.saddle.diffusion.training.StepReport;
import io.saddle.model.RunModel;
import io.saddle.primaltrainer.checkpoint.Checkpoint;
import io.saddle.primaltrainer.checkpoint.CheckpointStore;
import io.saddle.primaltrainer.checkpoint.StepFolders;
import io.saddle.primaltrainer.progress.RunStanding;
import io.saddle.primaltrainer.progress.StepClock;
import io.saddle.run.dual.JudgedModel;
import io.saddle.run.dual.JudgedModels;
import io.saddle.run.spec.RunSpec;
import io.saddle.schema.AlertKind;
import io.saddle.schema.Artifact;
import io.saddle.schema.ConstraintDefinition;
import io.saddle.schema.KeptCheckpoint;
import io.saddle.schema.RunPhase;
import io.saddle.schema.Severity;
import io.saddle.schema.SlotTask;
import io.saddle.schema.SnapshotWeights;
import io.saddle.topic.RunPartitioner;
import io.saddle.topic.Topics;
import io.saddle.tracing.RecordTracing;
import java.io.IOException;
import java.math.BigInteger;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.BooleanSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The records and files of a run, in order, through its journal: what is announced is durable; what is old goes afterwards. */
public final class RunOutput {

    private static final Logger LOG = LoggerFactory.getLogger(RunOutput.class);
    private static final long STATUS_EVERY_NANOS = 1_000_000_000L;

    private final RunSpec spec;
    private final RunModel model;
    private final TrainerRecords records;
    private final StatusLine status;
    private final Journal journal;
    private final ArtifactStore artifacts;
    private final CheckpointStore checkpoints;
    private final long owner;
    private final BooleanSupplier constrained;
    private final JudgedModels judged = new JudgedModels();
    private CompletableFuture<Artifact> newest = CompletableFuture.completedFuture(null);
    private RunPhase lastPhase;
    private Double lastEtaSeconds;
    private long lastStatusNanos;

    /**
     * @param owner the trainer's token, see {@code RunClaim}
     * @param constrained whether the run has constraints in force now
     */
    public RunOutput(
            RunSpec spec,
            RunModel model,
            StatusLine status,
            Journal journal,
            ArtifactStore artifacts,
            long owner,
            BooleanSupplier constrained) {
        this.constrained = constrained;
        this.spec = spec;
        this.model = model;
        this.records = status.records();
        this.status = status;
        this.journal = journal;
        this.artifacts = artifacts;
        this.checkpoints = new CheckpointStore(
                artifacts, runId(), owner, spec.checkpoints().keep());
        this.owner = owner;
    }

    /** The run's checkpoints, with this trainer's token. */
    public CheckpointStore checkpoints() {
        return checkpoints;
    }

    /** Every status from the next one on says so. */
    public void trainsIn(Precision precision) throws InterruptedException {
        journal.append(out -> status.trainsIn(precision));
    }

    /** Says what a step that has just ended did. */
    public void summary(StepReport report, long dualStep, long staleSteps, StepClock.Gap before)
            throws InterruptedException {
        long ended = records.clock().millis();
        journal.appendGathered(out -> out.send(
                Topics.GRADIENT_SUMMARIES, runId(), records.summary(report, dualStep, staleSteps, before, ended)));
    }

    /** To be told what multipliers and scores say: the best model outlives its successors. */
    public JudgedModels judged() {
        return judged;
    }

    /**
     * Announces the current iterate for the next dual step, with the constraints that it is to be measured on.
     *
     * @param weights closed once they are written
     * @return done when they are, or never will be
     */
    public CompletableFuture<Void> iterate(HostVector weights, long step, long dualStep, Map<String, Integer> versions)
            throws InterruptedException {
        CompletableFuture<Void> written = snapshot(weights, step, dualStep, SnapshotWeights.RAW, false, versions);
        clearUp(() -> folders(SnapshotWeights.RAW).prune(step, List.of()));
        return written;
    }

    /**
     * Announces an iterate of an earlier step once more, as it was written, with the constraints that are in force now. That reads its
     * files: one that is lost or damaged is not announced, for a dual step of other weights than those that were trained counts for ever;
     * where it cannot be made again either, an alert asks for them.
     */
    public void iterateAgain(long step, long dualStep, Map<String, Integer> versions) throws InterruptedException {
        StepFolders folders = folders(SnapshotWeights.RAW);
        // Made once, however often the transaction is tried: equal alerts are counted.
        AtomicReference<Journal.Entry> alert = new AtomicReference<>();
        journal.appendAlone(out -> RecordTracing.begin("snapshot", runId(), step, () -> {
            Optional<Artifact> kept = folders.find(step, DiffusersPipelineFolder.WEIGHTS);
            Optional<String> trouble = trouble(kept);
            if (trouble.isEmpty()) {
                out.send(
                        Topics.SNAPSHOTS,
                        runId(),
                        records.snapshot(step, dualStep, SnapshotWeights.RAW, false, versions, kept.get()));
                return;
            }
            if (isMadeAgain(step)) {
                LOG.warn(
                        "{}: the snapshot of step {} {}; if its dual step is waited for, it is made again",
                        runId(),
                        step,
                        trouble.get());
                return;
            }
            if (alert.get() == null) {
                String message = "the snapshot of step " + step + " " + trouble.get()
                        + ", and its dual step cannot be made without it";
                LOG.warn("{}: {}", runId(), message);
                alert.set(records.alert(
                        AlertKind.DAMAGED_ARTIFACT,
                        Severity.ERROR,
                        message,
                        "bring the run's folder " + folders.group() + " back, or restart the run from scratch",
                        step));
            }
            alert.get().write(out);
        }));
    }

    /** Whether there is an intact checkpoint that an iterate of an earlier step can be made again from. */
    public boolean isMadeAgain(long step) {
        return checkpoints.upTo(step).isOneIntact();
    }

    /**
     * What is wrong with an iterate of an earlier step, as a predicate. That reads its files.
     *
     * @return empty if nothing is, or if the store does not say
     */
    public Optional<String> iterateTrouble(long step) {
        try {
            return trouble(folders(SnapshotWeights.RAW).find(step, DiffusersPipelineFolder.WEIGHTS));
        } catch (IOException e) {
            LOG.warn("{}: the snapshot of step {} cannot be looked at: {}", runId(), step, e.toString());
            return Optional.empty();
        }
    }

    /** What is wrong with a snapshot that was announced; empty if nothing is. */
    private Optional<String> trouble(Optional<Artifact> snapshot) throws IOException {
        if (snapshot.isPresent()) {
            try {
                artifacts.requireIntact(snapshot.get(), DiffusersPipelineFolder.WEIGHTS);
                return Optional.empty();
            } catch (ArtifactException e) {
                if (e.reason() == ArtifactException.Reason.DAMAGED) {
                    return Optional.of("is damaged in the artifact store (" + e.getMessage() + ")");
                }
                if (e.reason() != ArtifactException.Reason.MISSING) {
                    throw e;
                }
            }
        }
        return Optional.of("is no longer in the artifact store");
    }

    /**
     * Announces the average of the weights, to be judged.
     *
     * @param weights closed once they are written
     * @return done when they are, or never will be
     */
    public CompletableFuture<Void> average(HostVector weights, long step, long dualStep, boolean last)
            throws InterruptedException {
        CompletableFuture<Void> written = snapshot(weights, step, dualStep, SnapshotWeights.EMA, last, Map.of());
        // Those of later steps stand: they were announced before the run was taken up at an earlier one.
        clearUp(() -> folders(SnapshotWeights.EMA).prune(step, bestFirst()));
        return written;
    }

    /**
     * Announces the average of a run that ends without being trained here: which of its models is the best is not known, and none goes.
     *
     * @param weights closed once they are written
     */
    public void finalAverage(HostVector weights, long step, long dualStep) throws InterruptedException {
        snapshot(weights, step, dualStep, SnapshotWeights.EMA, true, Map.of());
    }

    /** Announces a model that evaluators can load. */
    private CompletableFuture<Void> snapshot(
            HostVector weights,
            long step,
            long dualStep,
            SnapshotWeights kind,
            boolean last,
            Map<String, Integer> versions)
            throws InterruptedException {
        StepFolders folders = folders(kind);
        DiffusersPipelineFolder snapshot = new DiffusersPipelineFolder(
                model.network(),
                model.schedule(),
                model.prediction(),
                weights,
                spec.data().latents() ? spec.data().images() : null);
        return appendBulk(
                snapshot::close,
                out -> RecordTracing.begin("snapshot", runId(), step, () -> {
                    Artifact artifact = artifacts.putFolder(
                            runId(), folders.name(step), snapshot::write, DiffusersPipelineFolder.WEIGHTS);
                    out.send(
                            Topics.SNAPSHOTS,
                            runId(),
                            records.snapshot(step, dualStep, kind, last, versions, artifact));
                }));
    }

    /** Iterates whose dual steps are still to be made stay, however few are to be kept. */
    private StepFolders folders(SnapshotWeights kind) {
        String group = "snapshots/" + kind.name().toLowerCase(Locale.ROOT) + "/";
        int keep = Math.max(spec.checkpoints().keep(), (int) spec.dual().delay() + 1);
        return new StepFolders(artifacts, runId(), group, owner, keep);
    }

    private List<Long> bestFirst() {
        return judged.bestFirst(constrained.getAsBoolean()).stream()
                .map(JudgedModel::step)
                .toList();
    }

    /** @param reference what a relative threshold counts from; null where it is absolute */
    public void estimate(
            ConstraintDefinition definition, long step, long dualStep, LossEstimateResult result, Double reference)
            throws InterruptedException {
        journal.append(out -> RecordTracing.begin(
                "estimate",
                runId(),
                step,
                () -> out.send(
                        Topics.LOSS_ESTIMATES,
                        runId(),
                        records.estimate(definition, step, dualStep, result, reference))));
    }

    /**
     * Appends a checkpoint, and the status that says so; older ones go once that is committed.
     *
     * @return done when it is durable, or never will be, and is closed
     */
    public CompletableFuture<Void> checkpoint(Checkpoint checkpoint) throws InterruptedException {
        long step = checkpoint.state().step();
        AtomicReference<Artifact> kept = new AtomicReference<>();
        CompletableFuture<Void> written = appendBulk(checkpoint::close, out -> {
            kept.set(checkpoints.write(checkpoint));
            status.announce(out, new KeptCheckpoint(step, kept.get()));
        });
        newest = written.thenApply(done -> kept.get());
        clearUp(checkpoints::prune);
        return written;
    }

    /** The checkpoint that was appended last, once it is durable; null before the first. */
    public CompletableFuture<Artifact> newestCheckpoint() {
        return newest;
    }

    /**
     * Gives slots to whichever trainer takes them: those of a round to different partitions, and each attempt to one that is far from the
     * one before, since neighbouring partitions are often one trainer's.
     *
     * @param tasks whose checkpoint is durable
     */
    public void give(List<SlotTask> tasks) throws InterruptedException {
        int partitions = Topics.SLOT_TASKS.partitions();
        int first = RunPartitioner.partition(runId(), partitions);
        journal.append(out -> tasks.forEach(task -> {
            int partition = (first + task.getSlot() + task.getAttempt() * stride(partitions)) % partitions;
            out.sendTo(partition, Topics.SLOT_TASKS, runId(), task);
        }));
    }

    /** More than half of the partitions, and such that every one of them comes before any comes again. */
    static int stride(int partitions) {
        int stride = partitions / 2 + 1;
        while (BigInteger.valueOf(stride).gcd(BigInteger.valueOf(partitions)).intValue() > 1) {
            stride++;
        }
        return stride;
    }

    /** The run's records, as its trainer writes them. */
    public TrainerRecords records() {
        return records;
    }

    /** Removes what is old, after all that was appended before; nothing waits for it. */
    public void clearUp(Pruning pruning) throws InterruptedException {
        journal.appendAlone(out -> prune(pruning));
    }

    /** Says how far it is within what is taken together; as {@link #status}, with the time that was last said to be left. */
    public void progress(long step, long dualStep, String message) throws InterruptedException {
        status(RunPhase.TRAINING, step, dualStep, message, lastEtaSeconds);
    }

    /**
     * Says where the run stands; at most once a second as long as the phase stays.
     *
     * @return done when it is durable, or never will be; at once where nothing is said
     */
    public CompletableFuture<Void> status(RunPhase phase, long step, long dualStep, String message, Double etaSeconds)
            throws InterruptedException {
        long nanos = System.nanoTime();
        if (phase == lastPhase && nanos - lastStatusNanos < STATUS_EVERY_NANOS) {
            return CompletableFuture.completedFuture(null);
        }
        if (phase != lastPhase) {
            LOG.info("{}: {} at step {}: {}", runId(), phase, step, message);
        }
        lastPhase = phase;
        lastStatusNanos = nanos;
        lastEtaSeconds = etaSeconds;
        RunStanding now = new RunStanding(phase, step, spec.training().steps(), dualStep, message, etaSeconds);
        return journal.append(out -> status.say(out, now));
    }

    public void alert(AlertKind kind, Severity severity, String message, String remedy, Long step)
            throws InterruptedException {
        LOG.warn("{}: {}", runId(), message);
        journal.append(records.alert(kind, severity, message, remedy, step));
    }

    /** @param release gives back what the entry holds, once it is written or never will be */
    private CompletableFuture<Void> appendBulk(Runnable release, Journal.Entry entry) throws InterruptedException {
        boolean queued = false;
        try {
            CompletableFuture<Void> written = journal.appendBulk(entry).whenComplete((done, failure) -> release.run());
            queued = true;
            return written;
        } finally {
            if (!queued) {
                release.run();
            }
        }
    }

    /** Nothing waits for room that is made later. */
    private void prune(Pruning pruning) {
        try {
            pruning.prune();
        } catch (IOException e) {
            LOG.warn("{}: old files could not be removed: {}", runId(), e.toString());
        }
    }

    /** A removal of old files. */
    @FunctionalInterface
    public interface Pruning {
        void prune() throws IOException;
    }

    private String runId() {
        return records.runId();
    }
}
