package io.saddle.primaltrainer;

import io.saddle.artifact.ArtifactStore;
import io.saddle.binding.RunModel;
import io.saddle.diffusion.evaluation.LossEstimateResult;
import io.saddle.diffusion.files.DiffusersPipelineFolder;
import io.saddle.diffusion.training.StepReport;
import io.saddle.schema.AlertKind;
import io.saddle.schema.Artifact;
import io.saddle.schema.ConstraintDefinition;
import io.saddle.schema.RunPhase;
import io.saddle.schema.Severity;
import io.saddle.schema.SnapshotWeights;
import io.saddle.spec.RunSpec;
import io.saddle.topic.Topics;
import java.io.IOException;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What a run says and keeps, in order, through its journal: what is announced is durable, what is old is pruned afterwards. */
final class RunOutput {

    private static final Logger LOG = LoggerFactory.getLogger(RunOutput.class);
    private static final long STATUS_EVERY_NANOS = 1_000_000_000L;

    private final RunSpec spec;
    private final RunModel model;
    private final TrainerRecords records;
    private final Journal journal;
    private final ArtifactStore artifacts;
    private final CheckpointStore checkpoints;
    private RunPhase lastPhase;
    private long lastStatusNanos;

    RunOutput(
            RunSpec spec,
            RunModel model,
            TrainerRecords records,
            Journal journal,
            ArtifactStore artifacts,
            CheckpointStore checkpoints) {
        this.spec = spec;
        this.model = model;
        this.records = records;
        this.journal = journal;
        this.artifacts = artifacts;
        this.checkpoints = checkpoints;
    }

    /** Says what a step that has just ended did. */
    void summary(StepReport report, MultiplierVector vector, StepClock.Gap before) throws InterruptedException {
        long ended = records.clock().millis();
        journal.append(
                out -> out.send(Topics.GRADIENT_SUMMARIES, runId(), records.summary(report, vector, before, ended)));
    }

    /** Announces a model that evaluators can load; {@code weights} is not changed afterwards. */
    void snapshot(float[] weights, long step, long dualStep, SnapshotWeights kind, boolean last)
            throws InterruptedException {
        String group = "snapshots/" + kind.name().toLowerCase(Locale.ROOT) + "/";
        String name = group + "step-%010d".formatted(step);
        journal.appendBulk(out -> {
            Artifact artifact = artifacts.putFolder(
                    runId(),
                    name,
                    folder -> new DiffusersPipelineFolder(
                                    model.network(), model.schedule(), model.prediction(), weights)
                            .write(folder),
                    DiffusersPipelineFolder.WEIGHTS);
            out.send(Topics.SNAPSHOTS, runId(), records.snapshot(step, dualStep, kind, last, artifact));
        });
        journal.append(out -> prune(group, name));
    }

    void estimate(ConstraintDefinition definition, long step, long dualStep, LossEstimateResult result)
            throws InterruptedException {
        journal.append(
                out -> out.send(Topics.LOSS_ESTIMATES, runId(), records.estimate(definition, step, dualStep, result)));
    }

    void checkpoint(Checkpoint checkpoint) throws InterruptedException {
        journal.appendBulk(out -> checkpoints.write(checkpoint));
    }

    /** Says where the run stands; at most once a second as long as the phase stays. */
    void status(RunPhase phase, long step, long dualStep, String message, Double etaSeconds)
            throws InterruptedException {
        long now = System.nanoTime();
        if (phase == lastPhase && now - lastStatusNanos < STATUS_EVERY_NANOS) {
            return;
        }
        if (phase != lastPhase) {
            LOG.info("{}: {} at step {}: {}", runId(), phase, step, message);
        }
        lastPhase = phase;
        lastStatusNanos = now;
        journal.append(out -> out.send(
                Topics.RUN_STATUS,
                runId(),
                records.status(phase, step, spec.training().steps(), dualStep, message, etaSeconds)));
    }

    void alert(AlertKind kind, Severity severity, String message, String remedy, Long step)
            throws InterruptedException {
        LOG.warn("{}: {}", runId(), message);
        journal.append(out -> out.send(Topics.ALERTS, runId(), records.alert(kind, severity, message, remedy, step)));
    }

    /** Newer ones than this stand: they were announced before the run was taken up at an earlier step. */
    private void prune(String group, String announced) throws IOException {
        List<String> names = artifacts.list(runId(), group).stream()
                .filter(name -> name.compareTo(announced) <= 0)
                .sorted(Comparator.reverseOrder())
                .toList();
        int keep = spec.checkpoints().keep();
        for (String old : names.subList(Math.min(keep, names.size()), names.size())) {
            artifacts.delete(runId(), old);
        }
    }

    private String runId() {
        return records.runId();
    }
}
