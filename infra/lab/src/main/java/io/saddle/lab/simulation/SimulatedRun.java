package io.saddle.lab.simulation;

import io.saddle.kafka.Publisher;
import io.saddle.run.spec.RunSpecParser;
import io.saddle.run.spec.Submission;
import io.saddle.run.spec.Submissions;
import io.saddle.schema.Alert;
import io.saddle.schema.AlertKind;
import io.saddle.schema.ConstraintDefinition;
import io.saddle.schema.ConstraintMultiplier;
import io.saddle.schema.GradientSummary;
import io.saddle.schema.LossEstimate;
import io.saddle.schema.MultiplierUpdate;
import io.saddle.schema.RunPhase;
import io.saddle.schema.RunStatus;
import io.saddle.schema.Severity;
import io.saddle.schema.SourceSummary;
import io.saddle.topic.Topics;
import java.time.Clock;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Future;

/** Says on the topics what a run in training says, second by second, as fast as it is asked for. */
public final class SimulatedRun {

    public static final int STEPS_PER_SECOND = 5;
    private static final List<String> CONSTRAINTS = List.of("four", "five");

    private static final int SECONDS_PER_DUAL_STEP = 4;
    private static final int SECONDS_PER_ALERT = 600;
    private static final Instant BEGIN = Instant.parse("2026-01-01T00:00:00Z");

    private final String runId;
    private final Publisher publisher;
    private long sent;
    private Future<?> last;

    public SimulatedRun(String runId, Publisher publisher) {
        this.runId = runId;
        this.publisher = publisher;
    }

    /** Number of records of its training sent so far. */
    public long sent() {
        return sent;
    }

    /** Done when the record sent last is durable. */
    public Future<?> last() {
        return last;
    }

    /** Sends all that the run says in one second of its training. */
    public void second(long second) {
        Instant now = BEGIN.plusSeconds(second);
        long dualStep = second / SECONDS_PER_DUAL_STEP;
        for (long step = second * STEPS_PER_SECOND + 1; step <= (second + 1) * STEPS_PER_SECOND; step++) {
            sent(publisher.send(Topics.GRADIENT_SUMMARIES, runId, summary(step, dualStep, now)));
        }
        long step = (second + 1) * STEPS_PER_SECOND;
        if (second % SECONDS_PER_DUAL_STEP == 0) {
            CONSTRAINTS.forEach(constraint ->
                    sent(publisher.send(Topics.LOSS_ESTIMATES, runId, estimate(constraint, step, dualStep, now))));
            sent(publisher.send(Topics.MULTIPLIERS, runId, multipliers(step, dualStep, now)));
        }
        if (second % SECONDS_PER_ALERT == 0) {
            sent(publisher.send(Topics.ALERTS, runId, alert(step, now)));
        }
        sent(publisher.send(Topics.RUN_STATUS, runId, status(step, dualStep, now)));
    }

    /** Sends its definition and those of its constraints. */
    public void define() {
        RunSpecParser parser = new RunSpecParser();
        Submission submission = new Submissions(parser, Clock.systemUTC())
                .submission(parser.parse("simulated", """
                name: %s
                constraints:
                  - {id: four, threshold: 0.1, data: {classes: {4: {count: 50}}}}
                  - {id: five, threshold: 0.2, data: {classes: {5: {count: 50}}}}
                """.formatted(runId)), "simulated");
        for (ConstraintDefinition constraint : submission.constraints()) {
            publisher.send(Topics.CONSTRAINTS, Topics.constraintKey(runId, constraint.getConstraintId()), constraint);
        }
        last = publisher.send(Topics.RUNS, runId, submission.run());
    }

    private void sent(Future<?> record) {
        sent++;
        last = record;
    }

    private RunStatus status(long step, long dualStep, Instant now) {
        return RunStatus.newBuilder()
                .setRunId(runId)
                .setPhase(RunPhase.TRAINING)
                .setStep(step)
                .setTotalSteps(10_000_000)
                .setDualStep(dualStep)
                .setWorker("simulated")
                .setMessage("step " + step)
                .setEtaSeconds(1e6)
                .setUpdatedAt(now)
                .build();
    }

    private GradientSummary summary(long step, long dualStep, Instant now) {
        return GradientSummary.newBuilder()
                .setRunId(runId)
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
                .setWorker("simulated")
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

    private LossEstimate estimate(String constraint, long step, long dualStep, Instant now) {
        return LossEstimate.newBuilder()
                .setRunId(runId)
                .setConstraintId(constraint)
                .setConstraintVersion(1)
                .setStep(step)
                .setDualStep(dualStep)
                .setLoss(0.1)
                .setStandardError(0.01)
                .setSamples(256)
                .setEvaluator("denoising-loss")
                .setEvaluatorBuild("simulated")
                .setComputeMillis(100)
                .setComputedAt(now)
                .build();
    }

    private MultiplierUpdate multipliers(long step, long dualStep, Instant now) {
        List<ConstraintMultiplier> rows = CONSTRAINTS.stream()
                .map(constraint -> ConstraintMultiplier.newBuilder()
                        .setConstraintId(constraint)
                        .setVersion(1)
                        .setBefore(0.5)
                        .setAfter(0.6)
                        .setLoss(0.1)
                        .setThreshold(0.05)
                        .setSlack(-0.05)
                        .setMixtureWeight(0.25)
                        .setEvaluator("denoising-loss")
                        .build())
                .toList();
        return MultiplierUpdate.newBuilder()
                .setRunId(runId)
                .setDualStep(dualStep + 1)
                .setStep(step)
                .setConstraints(rows)
                .setObjectiveWeight(0.5)
                .setUpdatedAt(now)
                .build();
    }

    private Alert alert(long step, Instant now) {
        return Alert.newBuilder()
                .setRunId(runId)
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
