package io.saddle.primaltrainer.journal;

import io.saddle.artifact.ArtifactStore;
import io.saddle.diffusion.evaluation.LossEstimateResult;
import io.saddle.diffusion.network.Precision;
import io.saddle.diffusion.training.StepReport;
import io.saddle.model.RunModel;
import io.saddle.primaltrainer.checkpoint.Checkpoint;
import io.saddle.primaltrainer.checkpoint.CheckpointStore;
import io.saddle.primaltrainer.checkpoint.NeededSteps;
import io.saddle.primaltrainer.progress.RunStanding;
import io.saddle.primaltrainer.progress.StepClock;
import io.saddle.run.spec.RunSpec;
import io.saddle.schema.AlertKind;
import io.saddle.schema.Artifact;
import io.saddle.schema.ConstraintDefinition;
import io.saddle.schema.KeptCheckpoint;
import io.saddle.schema.RunPhase;
import io.saddle.schema.Severity;
import io.saddle.schema.SlotTask;
import io.saddle.topic.RunPartitioner;
import io.saddle.topic.Topics;
import io.saddle.tracing.RecordTracing;
import java.math.BigInteger;
import java.util.List;
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
    private final TrainerRecords records;
    private final StatusLine status;
    private final Journal journal;
    private final RunFiles files;
    private final CheckpointStore checkpoints;
    private final SnapshotOutput snapshots;
    private final NeededSteps needed;
    private CompletableFuture<Artifact> newest = CompletableFuture.completedFuture(null);
    private RunPhase lastPhase;
    private Double lastEtaSeconds;
    private long lastStatusNanos;

    /**
     * @param owner the trainer's token, see {@code RunClaim}
     * @param constrained whether the run has constraints in force now
     * @param needed what others need of it
     */
    public RunOutput(
            RunSpec spec,
            RunModel model,
            StatusLine status,
            Journal journal,
            ArtifactStore artifacts,
            long owner,
            BooleanSupplier constrained,
            NeededSteps needed) {
        this.spec = spec;
        this.records = status.records();
        this.status = status;
        this.journal = journal;
        this.checkpoints = new CheckpointStore(
                artifacts, runId(), owner, spec.checkpoints().keep());
        this.files = new RunFiles(journal, runId());
        this.needed = needed;
        this.snapshots =
                new SnapshotOutput(spec, model, records, files, artifacts, checkpoints, owner, constrained, needed);
    }

    /** The run's checkpoints, with this trainer's token. */
    public CheckpointStore checkpoints() {
        return checkpoints;
    }

    /** The models that the run announces. */
    public SnapshotOutput snapshots() {
        return snapshots;
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
        CompletableFuture<Void> written = files.appendBulk(checkpoint::close, out -> {
            kept.set(checkpoints.write(checkpoint));
            status.announce(out, new KeptCheckpoint(step, kept.get()));
        });
        newest = written.thenApply(done -> kept.get());
        clearUp(() -> checkpoints.prune(needed.checkpoints()));
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
        files.clearUp(pruning);
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

    /** Says where the run stands, however short ago that was said. */
    public void statusNow(RunPhase phase, long step, long dualStep, String message) throws InterruptedException {
        lastStatusNanos = System.nanoTime() - STATUS_EVERY_NANOS;
        status(phase, step, dualStep, message, lastEtaSeconds);
    }

    public void alert(AlertKind kind, Severity severity, String message, String remedy, Long step)
            throws InterruptedException {
        alert(message, kind, severity, message, remedy, step);
    }

    /**
     * {@link #alert(AlertKind, Severity, String, String, Long)}, with a message that changes from time to time.
     *
     * @param what makes alerts equal in its place
     */
    public void alert(String what, AlertKind kind, Severity severity, String message, String remedy, Long step)
            throws InterruptedException {
        LOG.warn("{}: {}", runId(), message);
        journal.append(records.alert(what, kind, severity, message, remedy, step));
    }

    private String runId() {
        return records.runId();
    }
}
