package io.saddle.lab.soak;

import io.saddle.kafka.KafkaSettings;
import io.saddle.kafka.Publisher;
import io.saddle.run.spec.RunSpec;
import io.saddle.run.spec.RunSpecParser;
import io.saddle.run.spec.Submission;
import io.saddle.run.spec.Submissions;
import io.saddle.schema.ConstraintDefinition;
import io.saddle.schema.DesiredState;
import io.saddle.schema.LossEstimate;
import io.saddle.schema.TrainingRun;
import io.saddle.topic.Topics;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.locks.LockSupport;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.common.serialization.ByteArraySerializer;

/**
 * Loss estimates for ASYNC runs at a steady rate, some of them twice, and whether each moved its multiplier exactly once. The
 * runs are submitted as STOPPED: the dual updater does not mind, and no trainer takes them up.
 */
public final class EstimateLoad {

    private static final int REPEAT_EVERY = 97;

    private final KafkaSettings kafka;
    private final EstimatePlan plan;
    private final int rate;
    private final Duration duration;
    private long repeats;

    /**
     * @param runIds names of runs that are not there yet
     * @param constraints number of constraints of each run
     * @param rate estimates a second, over all runs
     */
    public EstimateLoad(KafkaSettings kafka, List<String> runIds, int constraints, int rate, Duration duration) {
        this.kafka = kafka;
        this.plan = new EstimatePlan(List.copyOf(runIds), constraints);
        this.rate = rate;
        this.duration = duration;
    }

    /** Sends everything, and returns when every update has come or none has for a minute. */
    public LoadResult run() throws InterruptedException {
        Map<String, TrajectoryCheck> checks = new LinkedHashMap<>();
        plan.runIds().forEach(runId -> checks.put(runId, new TrajectoryCheck(plan, spec(plan, runId))));
        try (UpdateObserver observer = new UpdateObserver(kafka, checks);
                KafkaProducer<byte[], byte[]> producer =
                        new KafkaProducer<>(kafka.producer(), new ByteArraySerializer(), new ByteArraySerializer())) {
            Publisher publisher = new Publisher(producer, kafka.serdes());
            submit(publisher);
            long first = sendFirst(publisher);
            // The clock starts when every run is known: a dual updater keeps only so many estimates of one that it has
            // not read yet.
            observer.await(first);
            long begin = System.nanoTime();
            long sent = send(publisher, begin, first);
            producer.flush();
            double seconds = (System.nanoTime() - begin) / 1e9;
            observer.await(sent);
            return result(observer, checks, sent, seconds);
        }
    }

    private void submit(Publisher publisher) throws InterruptedException {
        Submissions submissions = new Submissions(new RunSpecParser(), Clock.systemUTC());
        for (String runId : plan.runIds()) {
            Submission submission = submissions.submission(spec(plan, runId), "load");
            for (ConstraintDefinition definition : submission.constraints()) {
                String key = Topics.constraintKey(runId, definition.getConstraintId());
                await(publisher.send(Topics.CONSTRAINTS, key, definition));
            }
            TrainingRun run = TrainingRun.newBuilder(submission.run())
                    .setDesiredState(DesiredState.STOPPED)
                    .build();
            await(publisher.send(Topics.RUNS, runId, run));
        }
    }

    /** One of the runs. */
    static RunSpec spec(EstimatePlan plan, String runId) {
        StringBuilder yaml = new StringBuilder("name: " + runId + "\n"
                + "training: {steps: 1000000000}\n"
                + "dual: {mode: ASYNC, learningRate: 0.1, multiplierLimit: 1000000}\n"
                // What a stopped run ends with is judged, too: that must not take the processors from what is measured.
                + "evaluation: {finalImages: 16, samplerSteps: 2, gridImages: 0}\n"
                + "constraints:\n");
        for (int i = 0; i < plan.constraints(); i++) {
            yaml.append("  - {id: ")
                    .append(EstimatePlan.constraintId(i))
                    .append(", evaluator: ")
                    .append(EstimatePlan.EVALUATOR)
                    .append(", threshold: ")
                    .append(EstimatePlan.THRESHOLD)
                    .append(", data: {classes: {")
                    .append(i % 10)
                    .append(": {}}}}\n");
        }
        return new RunSpecParser().parse("load.yaml", yaml.toString());
    }

    /** One estimate for each run. */
    private long sendFirst(Publisher publisher) {
        long runs = plan.runIds().size();
        for (long n = 0; n < runs; n++) {
            LossEstimate estimate = plan.estimate(n);
            publisher.send(Topics.LOSS_ESTIMATES, estimate.getRunId(), estimate);
        }
        return runs;
    }

    private long send(Publisher publisher, long begin, long first) {
        long sent = first;
        for (long elapsed = 0; elapsed < duration.toNanos(); elapsed = System.nanoTime() - begin) {
            long due = first + (long) (elapsed / 1e9 * rate) - repeats;
            while (sent < due) {
                LossEstimate estimate = plan.estimate(sent++);
                publisher.send(Topics.LOSS_ESTIMATES, estimate.getRunId(), estimate);
                if (sent % REPEAT_EVERY == 0) {
                    publisher.send(Topics.LOSS_ESTIMATES, estimate.getRunId(), estimate);
                    repeats++;
                    due--;
                }
            }
            LockSupport.parkNanos(1_000_000);
        }
        return sent;
    }

    private LoadResult result(
            UpdateObserver observer, Map<String, TrajectoryCheck> checks, long sent, double sendSeconds) {
        List<String> problems = observer.between(() -> problems(checks, sent));
        UpdateObserver.Delays delays = observer.delays();
        return new LoadResult(
                sent,
                repeats,
                observer.updates(),
                sendSeconds,
                delays.made().quantile(0.5),
                delays.made().quantile(0.99),
                delays.seen().quantile(0.5),
                delays.seen().quantile(0.99),
                problems);
    }

    private List<String> problems(Map<String, TrajectoryCheck> checks, long sent) {
        List<String> problems = new ArrayList<>();
        checks.forEach((runId, check) -> {
            problems.addAll(check.problems());
            long wanted = plan.count(runId, sent);
            if (check.dualStep() != wanted) {
                problems.add("run " + runId + " ended at dual step " + check.dualStep() + ", not at " + wanted);
            }
        });
        return problems;
    }

    private static void await(Future<?> sent) throws InterruptedException {
        try {
            sent.get();
        } catch (ExecutionException e) {
            throw new IllegalStateException("the load's runs cannot be submitted", e.getCause());
        }
    }
}
