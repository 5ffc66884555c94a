package io.saddle.primaltrainer.journal;

import io.saddle.artifact.ArtifactException;
import io.saddle.artifact.ArtifactStore;
import io.saddle.diffusion.files.DiffusersPipelineFolder;
import io.saddle.diffusion.torch.HostVector;
import io.saddle.kafka.Fault;
import io.saddle.model.RunModel;
import io.saddle.primaltrainer.checkpoint.CheckpointStore;
import io.saddle.primaltrainer.checkpoint.NeededSteps;
import io.saddle.primaltrainer.checkpoint.StepFolders;
import io.saddle.run.dual.JudgedModel;
import io.saddle.run.dual.JudgedModels;
import io.saddle.run.spec.RunSpec;
import io.saddle.schema.AlertKind;
import io.saddle.schema.Artifact;
import io.saddle.schema.Severity;
import io.saddle.schema.SnapshotWeights;
import io.saddle.topic.Topics;
import io.saddle.tracing.RecordTracing;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.BooleanSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The models that a run announces: iterates for dual steps, averages to be judged. Each is in the store before its record is out. */
public final class SnapshotOutput {

    private static final Logger LOG = LoggerFactory.getLogger(SnapshotOutput.class);

    private final RunSpec spec;
    private final RunModel model;
    private final TrainerRecords records;
    private final RunFiles files;
    private final ArtifactStore artifacts;
    private final CheckpointStore checkpoints;
    private final long owner;
    private final BooleanSupplier constrained;
    private final NeededSteps needed;
    private final JudgedModels judged = new JudgedModels();

    /**
     * @param checkpoints that iterates can be made again from
     * @param owner the trainer's token, see {@code RunClaim}
     * @param constrained whether the run has constraints in force now
     * @param needed what others need of it
     */
    SnapshotOutput(
            RunSpec spec,
            RunModel model,
            TrainerRecords records,
            RunFiles files,
            ArtifactStore artifacts,
            CheckpointStore checkpoints,
            long owner,
            BooleanSupplier constrained,
            NeededSteps needed) {
        this.needed = needed;
        this.spec = spec;
        this.model = model;
        this.records = records;
        this.files = files;
        this.artifacts = artifacts;
        this.checkpoints = checkpoints;
        this.owner = owner;
        this.constrained = constrained;
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
        files.clearUp(() -> folders(SnapshotWeights.RAW).prune(step, List.of(), Set.of()));
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
        files.journal()
                .appendAlone(out -> RecordTracing.begin("snapshot", runId(), step, () -> {
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
                requireSettings(snapshot.get());
                return Optional.empty();
            } catch (ArtifactException e) {
                if (e.reason() == ArtifactException.Reason.DAMAGED) {
                    return damaged(e);
                }
                if (e.reason() != ArtifactException.Reason.MISSING) {
                    throw e;
                }
            } catch (IOException e) {
                if (Fault.of(e) == Fault.ENVIRONMENT) {
                    throw e;
                }
                return damaged(e);
            }
        }
        return Optional.of("is no longer in the artifact store");
    }

    private static Optional<String> damaged(IOException how) {
        return Optional.of("is damaged in the artifact store (" + how.getMessage() + ")");
    }

    /** An evaluator reads the files beside the weights too; the store's digest is not of them. */
    private void requireSettings(Artifact snapshot) throws IOException {
        Path folder = artifacts.openPart(snapshot, file -> !file.equals(DiffusersPipelineFolder.WEIGHTS));
        DiffusersPipelineFolder.requireSettings(folder, model.network(), latents());
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
        files.clearUp(() -> folders(SnapshotWeights.EMA).prune(step, bestFirst(), needed.models()));
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
        DiffusersPipelineFolder snapshot =
                new DiffusersPipelineFolder(model.network(), model.schedule(), model.prediction(), weights, latents());
        return files.appendBulk(
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

    private String latents() {
        return spec.data().latents() ? spec.data().images() : null;
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

    private String runId() {
        return records.runId();
    }
}
