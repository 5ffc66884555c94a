package io.saddle.lab.simulation;

import io.saddle.kafka.Publisher;
import io.saddle.run.spec.RunSpec;
import io.saddle.run.spec.RunSpecParser;
import io.saddle.run.spec.Submission;
import io.saddle.run.spec.Submissions;
import io.saddle.schema.Alert;
import io.saddle.schema.AlertKind;
import io.saddle.schema.Artifact;
import io.saddle.schema.ConstraintDefinition;
import io.saddle.schema.ConstraintMultiplier;
import io.saddle.schema.FidScore;
import io.saddle.schema.GradientSummary;
import io.saddle.schema.LossEstimate;
import io.saddle.schema.ModelSnapshot;
import io.saddle.schema.MultiplierUpdate;
import io.saddle.schema.RunPhase;
import io.saddle.schema.RunStatus;
import io.saddle.schema.Severity;
import io.saddle.schema.SnapshotWeights;
import io.saddle.schema.SourceSummary;
import io.saddle.topic.Topic;
import io.saddle.topic.Topics;
import java.time.Clock;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Future;
import org.apache.avro.specific.SpecificRecord;

/**
 * Says on the topics what a LOCKSTEP run in training says, second by second, as fast as it is asked for: the part of its trainer and of
 * its evaluators, and the dual updater's where there is none.
 */
public final class SimulatedRun {

    /** Who is said to train it. */
    public static final String WORKER = "simulated";

    public static final int STEPS_PER_SECOND = 5;
    /** Seconds of training from one dual step to the next. */
    public static final int SECONDS_PER_DUAL_STEP = 4;

    private static final int STEPS_PER_DUAL_STEP = SECONDS_PER_DUAL_STEP * STEPS_PER_SECOND;
    private static final int SECONDS_PER_SCORE = 100;
    private static final int SECONDS_PER_ALERT = 600;
    private static final Instant BEGIN = Instant.parse("2026-01-01T00:00:00Z");
    private static final RunSpecParser PARSER = new RunSpecParser();

    private final RunSpec spec;
    private final Publisher publisher;
    private final boolean withDualUpdater;
    private final int phase;
    private long sent;
    private Future<?> last;

    private SimulatedRun(String runId, Publisher publisher, boolean withDualUpdater) {
        this.spec = PARSER.parse("simulated", """
                name: %s
                training: {steps: 1000000000}
                dual: {mode: LOCKSTEP, primalSteps: %d}
                constraints:
                  - {id: four, threshold: 0.1, data: {classes: {4: {count: 50}}}}
                  - {id: five, threshold: 0.2, data: {classes: {5: {count: 50}}}}
                """.formatted(runId, STEPS_PER_DUAL_STEP));
        this.publisher = publisher;
        this.withDualUpdater = withDualUpdater;
        this.phase = Math.floorMod(runId.hashCode(), 7);
    }

    /** A run that says its multipliers, too. */
    public SimulatedRun(String runId, Publisher publisher) {
        this(runId, publisher, false);
    }

    /** A run whose multipliers a dual updater makes, of its estimates. */
    public static SimulatedRun withDualUpdater(String runId, Publisher publisher) {
        return new SimulatedRun(runId, publisher, true);
    }

    public RunSpec spec() {
        return spec;
    }

    /** Number of records of its training sent so far. */
    public long sent() {
        return sent;
    }

    /** Done when the record sent last is durable. */
    public Future<?> last() {
        return last;
    }

    /**
     * The loss of a constraint on the snapshot of a dual step, from 1: on either side of its threshold, so that no multiplier runs off, and
     * not the same in every run.
     */
    public double loss(RunSpec.Constraint constraint, long dualStep) {
        return constraint.threshold() + (dualStep % 2 == 0 ? -0.01 : 0.02 / (1 + (dualStep + phase) % 7));
    }

    /** Sends all that the run says in one second of its training. */
    public void second(long second) {
        Instant now = BEGIN.plusSeconds(second);
        long dualStep = second / SECONDS_PER_DUAL_STEP;
        for (long step = second * STEPS_PER_SECOND + 1; step <= (second + 1) * STEPS_PER_SECOND; step++) {
            send(Topics.GRADIENT_SUMMARIES, summary(step, dualStep, now));
        }
        long step = (second + 1) * STEPS_PER_SECOND;
        if (step % STEPS_PER_DUAL_STEP == 0) {
            send(Topics.SNAPSHOTS, snapshot(step, dualStep, now));
            judge(dualStep + 1, now);
        }
        if ((second + 1) % SECONDS_PER_SCORE == 0) {
            send(Topics.FID_SCORES, score(step, dualStep, now));
        }
        if (second % SECONDS_PER_ALERT == 0) {
            send(Topics.ALERTS, alert(step, now));
        }
        send(Topics.RUN_STATUS, status(step, dualStep, now));
    }

    /** Sends of the seconds up to a dual step, from 1, only what its curves keep of them in the end: the last primal step, and the dual step. */
    public void skip(long dualStep) {
        Instant now = BEGIN.plusSeconds(dualStep * SECONDS_PER_DUAL_STEP);
        send(Topics.GRADIENT_SUMMARIES, summary(dualStep * STEPS_PER_DUAL_STEP, dualStep - 1, now));
        judge(dualStep, now);
    }

    /** What its evaluators say of the snapshot of a dual step. */
    private void judge(long dualStep, Instant now) {
        spec.constraints().forEach(constraint -> send(Topics.LOSS_ESTIMATES, estimate(constraint, dualStep, now)));
        if (!withDualUpdater) {
            send(Topics.MULTIPLIERS, multipliers(dualStep, now));
        }
    }

    /** Sends its definition and those of its constraints. */
    public void define() {
        Submission submission = new Submissions(PARSER, Clock.systemUTC()).submission(spec, "simulated");
        for (ConstraintDefinition constraint : submission.constraints()) {
            String key = Topics.constraintKey(spec.name(), constraint.getConstraintId());
            publisher.send(Topics.CONSTRAINTS, key, constraint);
        }
        last = publisher.send(Topics.RUNS, spec.name(), submission.run());
    }

    private <T extends SpecificRecord> void send(Topic<T> topic, T record) {
        sent++;
        last = publisher.send(topic, spec.name(), record);
    }

    private RunStatus status(long step, long dualStep, Instant now) {
        return RunStatus.newBuilder()
                .setRunId(spec.name())
                .setPhase(RunPhase.TRAINING)
                .setStep(step)
                .setTotalSteps(10_000_000)
                .setDualStep(dualStep)
                .setWorker(WORKER)
                .setMessage("step " + step)
                .setEtaSeconds(1e6)
                .setUpdatedAt(now)
                .build();
    }

    private GradientSummary summary(long step, long dualStep, Instant now) {
        return GradientSummary.newBuilder()
                .setRunId(spec.name())
                .setStep(step)
                .setDualStep(dualStep)
                .setStaleSteps(0)
                .setLagrangianLoss(1.0 / step)
                .setSources(List.of(source("objective", step), source("four", step), source("five", step)))
                .setGradientNorm(0.5)
                .setBlockGradientNorms(step % 20 == 0 ? Map.of("down", 0.1, "mid", 0.2, "up", 0.3) : Map.of())
                .setClipped(false)
                .setLearningRate(1e-4)
                .setStepMillis(200)
                .setLibtorchMillis(190.0)
                .setBetweenMillis(1.0)
                .setWaitMillis(0.0)
                .setSamplesPerSecond(640)
                .setWorker(WORKER)
                .setRecordedAt(now)
                .build();
    }

    private static SourceSummary source(String name, long step) {
        return SourceSummary.newBuilder()
                .setSource(name)
                .setRows(64)
                .setLoss(1.0 / step)
                .setMultiplier(1)
                .setMixtureWeight(0.25)
                .build();
    }

    private LossEstimate estimate(RunSpec.Constraint constraint, long dualStep, Instant now) {
        return LossEstimate.newBuilder()
                .setRunId(spec.name())
                .setConstraintId(constraint.id())
                .setConstraintVersion(1)
                .setStep(dualStep * STEPS_PER_DUAL_STEP)
                .setDualStep(dualStep - 1)
                .setLoss(loss(constraint, dualStep))
                .setStandardError(0.01)
                .setSamples(256)
                .setEvaluator(constraint.evaluator())
                .setEvaluatorBuild("simulated")
                .setComputeMillis(100)
                .setComputedAt(now)
                .build();
    }

    private MultiplierUpdate multipliers(long dualStep, Instant now) {
        List<ConstraintMultiplier> rows = spec.constraints().stream()
                .map(constraint -> ConstraintMultiplier.newBuilder()
                        .setConstraintId(constraint.id())
                        .setVersion(1)
                        .setBefore(0.5)
                        .setAfter(0.6)
                        .setLoss(loss(constraint, dualStep))
                        .setThreshold(constraint.threshold())
                        .setSlack(constraint.threshold() - loss(constraint, dualStep))
                        .setMixtureWeight(0.25)
                        .setEvaluator(constraint.evaluator())
                        .build())
                .toList();
        return MultiplierUpdate.newBuilder()
                .setRunId(spec.name())
                .setDualStep(dualStep)
                .setStep(dualStep * STEPS_PER_DUAL_STEP)
                .setConstraints(rows)
                .setObjectiveWeight(0.5)
                .setUpdatedAt(now)
                .build();
    }

    private ModelSnapshot snapshot(long step, long dualStep, Instant now) {
        return ModelSnapshot.newBuilder()
                .setRunId(spec.name())
                .setStep(step)
                .setDualStep(dualStep)
                .setWeights(SnapshotWeights.RAW)
                .setConstraintVersions(Map.of("four", 1, "five", 1))
                .setArtifact(new Artifact("file:///simulated/" + spec.name() + "/raw/" + step, "0".repeat(64), 1L))
                .setWorker(WORKER)
                .setCreatedAt(now)
                .build();
    }

    private FidScore score(long step, long dualStep, Instant now) {
        return FidScore.newBuilder()
                .setRunId(spec.name())
                .setStep(step)
                .setDualStep(dualStep)
                .setFid(1000.0 / step)
                .setImages(1024)
                .setFeatureExtractor("simulated")
                .setReferenceId("simulated")
                .setReferenceImages(1024)
                .setClassFrequencies(List.of())
                .setDistanceToUniform(0)
                .setSampler("ddim 50")
                .setSeed(1)
                .setComputeMillis(1000)
                .setEvaluatedAt(now)
                .build();
    }

    private Alert alert(long step, Instant now) {
        return Alert.newBuilder()
                .setRunId(spec.name())
                .setKind(AlertKind.OTHER)
                .setSeverity(Severity.INFO)
                .setMessage("simulated, step " + step)
                .setRemedy("none")
                .setStep(step)
                .setService("soak")
                .setRaisedAt(now)
                .build();
    }
}
