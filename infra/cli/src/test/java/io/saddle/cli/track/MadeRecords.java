package io.saddle.cli.track;

import io.saddle.schema.ClassFrequency;
import io.saddle.schema.ConstraintMultiplier;
import io.saddle.schema.DesiredState;
import io.saddle.schema.FidScore;
import io.saddle.schema.GradientSummary;
import io.saddle.schema.ModelSnapshot;
import io.saddle.schema.MultiplierUpdate;
import io.saddle.schema.RunPhase;
import io.saddle.schema.RunStatus;
import io.saddle.schema.SnapshotWeights;
import io.saddle.schema.SourceSummary;
import io.saddle.schema.TrainingRun;
import io.saddle.stack.testing.RecordBuilders;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;

/** Records of a run with the constraint "digit-4", at times of the test's choice, in milliseconds. */
public final class MadeRecords {

    public static final String SPEC =
            "{\"name\":\"r\",\"training\":{\"steps\":3,\"batchSize\":64},\"evaluation\":{\"finalImages\":10}}";

    private MadeRecords() {}

    public static TrainingRun run(String runId) {
        return run(runId, SPEC);
    }

    public static TrainingRun run(String runId, Instant submittedAt) {
        return TrainingRun.newBuilder(run(runId)).setSubmittedAt(submittedAt).build();
    }

    public static TrainingRun run(String runId, String spec) {
        return TrainingRun.newBuilder()
                .setRunId(runId)
                .setRevision(1)
                .setDesiredState(DesiredState.RUNNING)
                .setSpec(spec)
                .setSpecVersion(1)
                .setConstraintIds(List.of("digit-4"))
                .setSubmittedAt(Instant.ofEpochMilli(1000))
                .setUpdatedAt(Instant.ofEpochMilli(1000))
                .build();
    }

    public static GradientSummary summary(String runId, long step, double loss, long millis) {
        return RecordBuilders.summary(runId, step)
                .setLagrangianLoss(2 * loss)
                .setSources(List.of(source("objective", loss, 1.5, null), source("digit-4", null, null, -0.25)))
                .setGradientNorm(3)
                .setSamplesPerSecond(640)
                .setRecordedAt(Instant.ofEpochMilli(millis))
                .build();
    }

    private static SourceSummary source(String name, Double loss, Double norm, Double cosine) {
        return SourceSummary.newBuilder()
                .setSource(name)
                .setRows(1)
                .setLoss(loss)
                .setMultiplier(1)
                .setMixtureWeight(0.5)
                .setGradientNorm(norm)
                .setCosineToObjective(cosine)
                .build();
    }

    public static MultiplierUpdate update(String runId, long dualStep, long step, long millis, Moved... rows) {
        return RecordBuilders.update(
                        runId,
                        dualStep,
                        step,
                        Arrays.stream(rows).map(Moved::row).toArray(ConstraintMultiplier[]::new))
                .setObjectiveWeight(0.75)
                .setUpdatedAt(Instant.ofEpochMilli(millis))
                .build();
    }

    /** @param slack null where the dual step did not move it */
    public record Moved(String id, double after, Double slack) {

        private ConstraintMultiplier row() {
            return RecordBuilders.multiplier(id, 0, after)
                    .setSlack(slack)
                    .setMixtureWeight(0.25)
                    .build();
        }
    }

    public static FidScore score(String runId, long step, boolean last, double fid, long millis) {
        return RecordBuilders.score(runId, step, fid)
                .setLast(last)
                .setClassFrequencies(List.of(frequency(0, 0.75), frequency(4, 0.25)))
                .setDistanceToUniform(0.25)
                .setEvaluatedAt(Instant.ofEpochMilli(millis))
                .build();
    }

    private static ClassFrequency frequency(int label, double share) {
        return ClassFrequency.newBuilder().setLabel(label).setFrequency(share).build();
    }

    public static ModelSnapshot finalModel(String runId, long step) {
        return RecordBuilders.snapshot(runId, step, SnapshotWeights.EMA)
                .setLast(true)
                .build();
    }

    public static RunStatus status(String runId, RunPhase phase, long step, Instant at) {
        return RunStatus.newBuilder()
                .setRunId(runId)
                .setPhase(phase)
                .setStep(step)
                .setTotalSteps(3)
                .setDualStep(0)
                .setWorker("w")
                .setMessage("")
                .setUpdatedAt(at)
                .build();
    }
}
