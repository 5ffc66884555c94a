package io.saddle.stack.testing;

import io.saddle.schema.Artifact;
import io.saddle.schema.ConstraintMultiplier;
import io.saddle.schema.DesiredState;
import io.saddle.schema.EvaluatorAnnouncement;
import io.saddle.schema.FidScore;
import io.saddle.schema.GradientSummary;
import io.saddle.schema.LossEstimate;
import io.saddle.schema.ModelSnapshot;
import io.saddle.schema.MultiplierUpdate;
import io.saddle.schema.RunPhase;
import io.saddle.schema.RunStatus;
import io.saddle.schema.SlotResult;
import io.saddle.schema.SnapshotWeights;
import io.saddle.schema.TrainingRun;
import java.time.Instant;
import java.util.List;
import java.util.Map;

/** Records of a run with every field that they need; a test sets those that it is about. */
public final class RecordBuilders {

    private RecordBuilders() {}

    /** A run wanted RUNNING, of an empty specification without constraints. */
    public static TrainingRun.Builder run(String runId) {
        return TrainingRun.newBuilder()
                .setRunId(runId)
                .setRevision(1)
                .setDesiredState(DesiredState.RUNNING)
                .setSpec("{}")
                .setSpecVersion(1)
                .setConstraintIds(List.of())
                .setSubmittedAt(Instant.EPOCH)
                .setUpdatedAt(Instant.EPOCH);
    }

    public static RunStatus.Builder status(String runId, RunPhase phase) {
        return RunStatus.newBuilder()
                .setRunId(runId)
                .setPhase(phase)
                .setStep(0)
                .setTotalSteps(1)
                .setDualStep(0)
                .setWorker("w")
                .setMessage("")
                .setUpdatedAt(Instant.EPOCH);
    }

    public static GradientSummary.Builder summary(String runId, long step) {
        return GradientSummary.newBuilder()
                .setRunId(runId)
                .setStep(step)
                .setDualStep(0)
                .setStaleSteps(0)
                .setLagrangianLoss(1)
                .setSources(List.of())
                .setGradientNorm(1)
                .setBlockGradientNorms(Map.of())
                .setClipped(false)
                .setLearningRate(1e-3)
                .setStepMillis(1)
                .setSamplesPerSecond(1)
                .setWorker("w")
                .setRecordedAt(Instant.EPOCH);
    }

    public static LossEstimate.Builder estimate(String runId, String constraint, long step) {
        return LossEstimate.newBuilder()
                .setRunId(runId)
                .setConstraintId(constraint)
                .setConstraintVersion(1)
                .setStep(step)
                .setDualStep(0)
                .setLoss(1)
                .setStandardError(0)
                .setSamples(1)
                .setEvaluator("e")
                .setEvaluatorBuild("b")
                .setComputeMillis(1)
                .setComputedAt(Instant.EPOCH);
    }

    public static ConstraintMultiplier.Builder multiplier(String constraint, double before, double after) {
        return ConstraintMultiplier.newBuilder()
                .setConstraintId(constraint)
                .setVersion(1)
                .setBefore(before)
                .setAfter(after)
                .setThreshold(0)
                .setMixtureWeight(0.5);
    }

    public static MultiplierUpdate.Builder update(
            String runId, long dualStep, long step, ConstraintMultiplier... rows) {
        return MultiplierUpdate.newBuilder()
                .setRunId(runId)
                .setDualStep(dualStep)
                .setStep(step)
                .setConstraints(List.of(rows))
                .setObjectiveWeight(0.5)
                .setUpdatedAt(Instant.EPOCH);
    }

    public static ModelSnapshot.Builder snapshot(String runId, long step, SnapshotWeights weights) {
        return ModelSnapshot.newBuilder()
                .setRunId(runId)
                .setStep(step)
                .setDualStep(0)
                .setWeights(weights)
                .setArtifact(new Artifact("file:///none", "00", 1L))
                .setWorker("w")
                .setCreatedAt(Instant.EPOCH);
    }

    public static FidScore.Builder score(String runId, long step, double fid) {
        return FidScore.newBuilder()
                .setRunId(runId)
                .setStep(step)
                .setDualStep(0)
                .setFid(fid)
                .setImages(10)
                .setFeatureExtractor("f")
                .setReferenceId("r")
                .setReferenceImages(10)
                .setClassFrequencies(List.of())
                .setDistanceToUniform(0)
                .setSampler("s")
                .setSeed(0)
                .setComputeMillis(1)
                .setEvaluatedAt(Instant.EPOCH);
    }

    /** What worker w made of a slot in the round round-STEP, without a state. */
    public static SlotResult.Builder slotResult(String runId, long step, int slot) {
        return SlotResult.newBuilder()
                .setRunId(runId)
                .setRound("round-" + step)
                .setStep(step)
                .setSlot(slot)
                .setAttempt(0)
                .setSummaries(List.of())
                .setWorker("w")
                .setComputeMillis(0)
                .setComputedAt(Instant.EPOCH);
    }

    /** A process that announces itself every ten seconds, and offers nothing. */
    public static EvaluatorAnnouncement.Builder announcement(String service, String worker) {
        return EvaluatorAnnouncement.newBuilder()
                .setInstance(service + "@" + worker)
                .setEvaluators(List.of())
                .setBuild("build")
                .setHeartbeatSeconds(10)
                .setAnnouncedAt(Instant.EPOCH)
                .setService(service)
                .setWorker(worker);
    }
}
