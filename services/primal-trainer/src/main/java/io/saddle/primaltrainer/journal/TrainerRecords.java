package io.saddle.primaltrainer.journal;

import io.saddle.diffusion.evaluation.LossEstimateResult;
import io.saddle.diffusion.network.Precision;
import io.saddle.diffusion.training.StepReport;
import io.saddle.primaltrainer.progress.RunStanding;
import io.saddle.primaltrainer.progress.StepClock;
import io.saddle.schema.Alert;
import io.saddle.schema.AlertKind;
import io.saddle.schema.Artifact;
import io.saddle.schema.ConstraintDefinition;
import io.saddle.schema.GradientSummary;
import io.saddle.schema.KeptCheckpoint;
import io.saddle.schema.LossEstimate;
import io.saddle.schema.ModelSnapshot;
import io.saddle.schema.RunStatus;
import io.saddle.schema.Severity;
import io.saddle.schema.SnapshotWeights;
import io.saddle.schema.SourceSummary;
import io.saddle.service.AlertLog;
import io.saddle.service.ProcessDeaths;
import io.saddle.topic.Topics;
import java.time.Clock;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/**
 * A run's records, as its trainer writes them.
 *
 * @param threads of libtorch that share a step
 */
public record TrainerRecords(String runId, String worker, String build, int threads, Clock clock, AlertLog alerts) {

    /**
     * @param dualStep of the vector that the step took
     * @param staleSteps how old that was
     */
    public GradientSummary summary(
            StepReport report, long dualStep, long staleSteps, StepClock.Gap before, long endedMillis) {
        double scale =
                report.sources().stream().mapToDouble(source -> source.weight()).sum();
        List<SourceSummary> sources = new ArrayList<>();
        report.sources()
                .forEach(source -> sources.add(SourceSummary.newBuilder()
                        .setSource(source.id())
                        .setRows(source.rows())
                        .setLoss(orNull(source.loss()))
                        .setMultiplier(source.weight())
                        .setMixtureWeight(source.weight() / scale)
                        .setGradientNorm(orNull(source.gradientNorm()))
                        .setCosineToObjective(orNull(source.cosineToObjective()))
                        .build()));
        return GradientSummary.newBuilder()
                .setRunId(runId)
                .setStep(report.step())
                .setDualStep(dualStep)
                .setStaleSteps(staleSteps)
                .setLagrangianLoss(report.lagrangianLoss())
                .setSources(sources)
                .setGradientNorm(report.gradientNorm())
                .setBlockGradientNorms(report.blockGradientNorms())
                .setClipped(report.clipped())
                .setLearningRate(report.learningRate())
                .setStepMillis(report.stepMillis())
                .setLibtorchMillis(report.libtorchMillis())
                .setBetweenMillis(orNull(before.betweenMillis()))
                .setWaitMillis(orNull(before.waitMillis()))
                .setSamplesPerSecond(report.samplesPerSecond())
                .setWorker(worker)
                .setRecordedAt(Instant.ofEpochMilli(endedMillis))
                .setBuild(build)
                .setThreads(threads)
                .build();
    }

    /** @param versions of the constraints in force; empty for what no dual step is made of */
    ModelSnapshot snapshot(
            long step,
            long dualStep,
            SnapshotWeights weights,
            boolean last,
            Map<String, Integer> versions,
            Artifact artifact) {
        return ModelSnapshot.newBuilder()
                .setRunId(runId)
                .setStep(step)
                .setDualStep(dualStep)
                .setWeights(weights)
                .setLast(last)
                .setConstraintVersions(versions)
                .setArtifact(artifact)
                .setWorker(worker)
                .setCreatedAt(clock.instant())
                .build();
    }

    /** @param reference what a relative threshold counts from; null where it is absolute */
    LossEstimate estimate(
            ConstraintDefinition definition, long step, long dualStep, LossEstimateResult result, Double reference) {
        return LossEstimate.newBuilder()
                .setRunId(runId)
                .setConstraintId(definition.getConstraintId())
                .setConstraintVersion(definition.getVersion())
                .setStep(step)
                .setDualStep(dualStep)
                .setLoss(result.loss())
                .setStandardError(result.standardError())
                .setThresholdReference(reference)
                .setSamples(result.samples())
                .setEvaluator(definition.getEvaluator())
                .setEvaluatorBuild(build)
                .setShadow(false)
                .setComputeMillis(0)
                .setComputedAt(clock.instant())
                .build();
    }

    /**
     * @param checkpoint the newest that was kept; null before the first
     * @param precision null until it is known
     */
    RunStatus status(
            RunStanding standing,
            KeptCheckpoint checkpoint,
            Precision precision,
            ProcessDeaths deaths,
            int failures,
            Instant notBefore) {
        return RunStatus.newBuilder()
                .setRunId(runId)
                .setPhase(standing.phase())
                .setStep(standing.step())
                .setTotalSteps(standing.totalSteps())
                .setDualStep(standing.dualStep())
                .setWorker(worker)
                .setMessage(standing.message())
                .setEtaSeconds(standing.etaSeconds())
                .setCheckpoint(checkpoint)
                .setPrecision(precision == null ? null : precision.name().toLowerCase(Locale.ROOT))
                .setUpdatedAt(clock.instant())
                .setDeaths(deaths.count())
                .setFailures(failures)
                .setNotBefore(notBefore)
                .build();
    }

    /** Raises an alert, once: outside of what a journal may do again. */
    public Journal.Entry alert(AlertKind kind, Severity severity, String message, String remedy, Long step) {
        return entry(alerts.raise(runId, kind, severity, message, remedy, step));
    }

    /**
     * {@link #alert(AlertKind, Severity, String, String, Long)}, with a message that changes from time to time.
     *
     * @param what makes alerts equal in its place
     */
    Journal.Entry alert(String what, AlertKind kind, Severity severity, String message, String remedy, Long step) {
        return entry(alerts.raise(what, runId, kind, severity, message, remedy, step));
    }

    private Journal.Entry entry(Optional<Alert> alert) {
        return out -> alert.ifPresent(raised -> out.send(Topics.ALERTS, runId, raised));
    }

    private static Double orNull(double value) {
        return Double.isNaN(value) ? null : value;
    }
}
