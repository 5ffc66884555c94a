package io.saddle.dualupdater;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import io.saddle.kafka.Rejection;
import io.saddle.schema.Alert;
import io.saddle.schema.LossEstimate;
import io.saddle.schema.TrainingRun;
import io.saddle.serde.Decoded;
import io.saddle.streams.UnhandledRecords;
import io.saddle.topic.ConsumerGroups;
import io.saddle.topic.RunPartitioner;
import io.saddle.topic.Topic;
import io.saddle.topic.Topics;
import io.saddle.tracing.RecordTracing;
import java.time.Duration;
import java.time.Instant;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.function.ToIntFunction;
import org.apache.avro.specific.SpecificRecord;
import org.apache.kafka.streams.errors.StreamsException;
import org.apache.kafka.streams.processor.Cancellable;
import org.apache.kafka.streams.processor.PunctuationType;
import org.apache.kafka.streams.processor.api.Processor;
import org.apache.kafka.streams.processor.api.ProcessorContext;
import org.apache.kafka.streams.processor.api.Record;
import org.apache.kafka.streams.state.KeyValueStore;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Applies the records of every topic to the runs in the store and forwards the dual steps taken. A record that cannot be read or
 * applied is forwarded to the dead letters, in the same transaction as everything else.
 */
final class DualProcessor implements Processor<String, Decoded<?>, String, Object> {

    /** The effect of a record on its run. Pure: whatever it throws is the record's fault, and says why it cannot be applied. */
    @FunctionalInterface
    interface Transition<T> {
        DualTransition apply(DualRun run, T record);
    }

    /** A topic with the effect of its records. */
    record Input<T extends SpecificRecord>(Topic<T> topic, Transition<T> transition) {

        DualTransition apply(DualRun run, Object value) {
            return transition.apply(run, topic.valueType().cast(value));
        }
    }

    /** Names in the topology: its store and its two outputs. */
    static final String STORE = "dual-runs";

    static final String MULTIPLIERS = "multipliers";
    static final String ALERTS = "alerts";

    private static final String RUN_ID = "runId";

    private static final Logger LOG = LoggerFactory.getLogger(DualProcessor.class);

    /** Bounds the commits under load. */
    private static final long COMMIT_EVERY_NANOS = 20_000_000;

    private static final Duration RECOVERED_WITHIN = Duration.ofSeconds(1);

    private static final Duration LOOK_AT_ESTIMATES = Duration.ofMinutes(1);

    /** An estimate that is older than this is of a backlog. */
    private static final long BEHIND_MILLIS = 250;

    private final Map<String, Input<?>> inputs = new HashMap<>();
    private final ToIntFunction<String> homes;
    private final RebuildThreads rebuilds;
    private final Map<Verdict, Counter> counters = new EnumMap<>(Verdict.class);
    private ProcessorContext<String, Object> context;
    private KeyValueStore<String, DualRun> store;
    /** What the store has lost; null once it is in the store again. */
    private CompletableFuture<RecoveredRuns> missing;

    /** Takes it in where no record comes, as while a trainer in LOCKSTEP stands still. */
    private Cancellable recovery;

    /** Says what is wrong with estimates where no record comes, as while a run waits for better ones. */
    private Cancellable look;

    /** What this task has put into the store last, so that it is not read back from its bytes for each estimate. */
    private final Map<String, DualRun> runs = new HashMap<>();

    private final EstimateWatch watch = new EstimateWatch();

    private final UnhandledRecords unhandled = new UnhandledRecords(UnusableEstimate.SERVICE);

    private long lastCommitNanos = System.nanoTime() - COMMIT_EVERY_NANOS;

    /** @param homes the partition of each run, by its id */
    DualProcessor(List<Input<?>> inputs, ToIntFunction<String> homes, RebuildThreads rebuilds, MeterRegistry meters) {
        this.homes = homes;
        inputs.forEach(input -> this.inputs.put(input.topic().name(), input));
        this.rebuilds = rebuilds;
        for (Verdict verdict : Verdict.values()) {
            counters.put(verdict, meters.counter("saddle.dual.estimates", "verdict", verdict.name()));
        }
    }

    @Override
    public void init(ProcessorContext<String, Object> context) {
        this.context = context;
        this.store = context.getStateStore(STORE);
        // Kafka Streams may begin a task again with the same processor, after a transaction that came to nothing.
        runs.clear();
        watch.clear();
        close();
        this.missing = rebuilds.begin(context.taskId().partition(), new StoredRuns(store));
        this.recovery = context.schedule(RECOVERED_WITHIN, PunctuationType.WALL_CLOCK_TIME, time -> {
            if (missing != null && missing.isDone()) {
                recover();
            }
        });
        this.look = context.schedule(
                LOOK_AT_ESTIMATES, PunctuationType.WALL_CLOCK_TIME, time -> alert(watch.overdue(now())));
    }

    @Override
    public void close() {
        if (missing != null) {
            missing.cancel(true);
            missing = null;
            recovery.cancel();
        }
        if (look != null) {
            look.cancel();
        }
    }

    @Override
    public void process(Record<String, Decoded<?>> record) {
        recover();
        Input<?> input = inputs.get(context.recordMetadata().orElseThrow().topic());
        if (record.value() instanceof Decoded.Unreadable<?> unreadable) {
            unhandled.forward(
                    context,
                    record,
                    unreadable.raw(),
                    new Rejection(unreadable.reason(), unreadable.cause(), ConsumerGroups.DUAL_UPDATER));
        } else if (record.value() instanceof Decoded.Value<?> decoded) {
            RecordTracing.process(
                    input.topic().name(), record.key(), record.headers(), () -> apply(record, input, decoded));
        } else if (input.topic() == Topics.RUNS && record.key() != null) {
            delete(record.key());
        }
    }

    private void recover() {
        if (missing == null) {
            return;
        }
        RecoveredRuns recovered = missing.join();
        missing = null;
        recovery.cancel();
        // All in one transaction, so that a store never has some of the runs and looks as if it had all.
        recovered.lost().forEach(this::keep);
        Input<?> input = inputs.get(Topics.RUNS.name());
        recovered.refused().forEach(run -> takeUp(run, input));
    }

    private void takeUp(TrainingRun run, Input<?> input) {
        String runId = run.getRunId();
        try {
            DualRun known = known(runId);
            requireHome(known);
            take(known, input.apply(known, run), new Record<>(runId, run, context.currentSystemTimeMs()));
        } catch (IllegalArgumentException e) {
            LOG.warn("run {} is refused again: {}", runId, e.getMessage());
        }
        RefusedRuns.unmark(store, runId);
    }

    private void apply(Record<String, Decoded<?>> record, Input<?> input, Decoded.Value<?> decoded) {
        Object value = decoded.value();
        if (record.key() == null) {
            unhandled.forward(
                    context, record, decoded.raw(), new Rejection("no key", null, ConsumerGroups.DUAL_UPDATER));
            return;
        }
        String runId = RunPartitioner.runId(record.key());
        DualRun known;
        try {
            known = known(runId);
            requireOwn(runId, (SpecificRecord) value);
            requireHome(known);
        } catch (StreamsException e) {
            // The store's fault or the task's: no record is lost for it, and damaged files are replaced.
            throw e;
        } catch (RuntimeException e) {
            refuse(record, decoded, e);
            return;
        }
        DualTransition done;
        try {
            done = input.apply(known, value);
        } catch (RuntimeException e) {
            refuse(record, decoded, e);
            if (input.topic() == Topics.RUNS) {
                RefusedRuns.mark(store, runId);
            }
            return;
        }
        take(known, done, record);
        List<Alert> alerts = value instanceof LossEstimate estimate
                ? watch.heard(estimate, Instant.ofEpochMilli(record.timestamp()), done, now())
                : watch.judged(done, now());
        alert(alerts);
    }

    /** At the present time, by which they are kept: a record may have none, or be old. */
    private void alert(List<Alert> alerts) {
        alerts.forEach(
                alert -> context.forward(new Record<>(alert.getRunId(), alert, context.currentSystemTimeMs()), ALERTS));
    }

    private void refuse(Record<String, Decoded<?>> record, Decoded.Value<?> decoded, RuntimeException why) {
        String reason = why instanceof IllegalArgumentException ? why.getMessage() : why.toString();
        unhandled.forward(context, record, decoded.raw(), new Rejection(reason, why, ConsumerGroups.DUAL_UPDATER));
    }

    /** Of estimates that were under way some may come after the tombstone: kept as those of a run that is not known, few and bounded. */
    private void delete(String runId) {
        DualRun known = store.get(runId);
        if (known != null) {
            store.put(runId, known.deleted());
        }
        runs.remove(runId);
        watch.forget(runId);
        RefusedRuns.unmark(store, runId);
    }

    /** Every record of these topics names its run in its value too: one that names two is of a writer that took one for another. */
    private static void requireOwn(String runId, SpecificRecord value) {
        Object named = value.get(value.getSchema().getField(RUN_ID).pos());
        if (!runId.equals(named)) {
            throw new IllegalArgumentException("its key is of run '" + runId + "', its " + RUN_ID + " is '" + named
                    + "': both have to be of the run that it is about");
        }
    }

    /** Of a run that is at home elsewhere nothing is ever known here, and what waited for that would wait in silence. */
    private void requireHome(DualRun run) {
        int home = homes.applyAsInt(run.runId());
        if (run.settings() == null && home != context.taskId().partition()) {
            throw new IllegalArgumentException(
                    "it lies in partition " + context.taskId().partition() + ", and run '"
                            + run.runId() + "' in partition " + home
                            + ": write with the key's run as key, and Kafka's own partitioner (murmur2; murmur2_random in librdkafka)");
        }
    }

    /** @throws IllegalArgumentException if the name of one that is new is too long to be kept */
    private DualRun known(String runId) {
        DualRun known = runs.containsKey(runId) ? runs.get(runId) : store.get(runId);
        return known == null ? DualRun.unknown(KeptName.of("run", runId)) : known;
    }

    private void take(DualRun known, DualTransition done, Record<String, ?> record) {
        if (done.run() != known) {
            keep(known.runId(), done.run());
            if (done.run().lacksSettings()) {
                RefusedRuns.mark(store, known.runId());
            }
        }
        publish(record, done);
    }

    private Instant now() {
        return Instant.ofEpochMilli(context.currentSystemTimeMs());
    }

    private void keep(String runId, DualRun run) {
        store.put(runId, run);
        runs.put(runId, run);
    }

    private void publish(Record<String, ?> record, DualTransition done) {
        Instant now = now();
        for (DualStepTaken step : done.updates()) {
            String runId = step.after().runId();
            context.forward(
                    new Record<>(runId, step.toRecord(now), record.timestamp(), RecordTracing.headers()), MULTIPLIERS);
            alert(step.alerts(now, UnusableEstimate.SERVICE));
        }
        if (!done.updates().isEmpty()) {
            commitSoon(record.timestamp());
        }
        done.verdicts().forEach(verdict -> counters.get(verdict).increment());
    }

    /**
     * A trainer in LOCKSTEP stands still until it sees the update: it is not left to the commit interval. A backlog is: where a commit takes
     * longer than {@link #COMMIT_EVERY_NANOS}, Kafka Streams would commit after each dual step, and the backlog would grow for ever.
     */
    private void commitSoon(long producedMillis) {
        long now = System.nanoTime();
        boolean behind = context.currentSystemTimeMs() - producedMillis > BEHIND_MILLIS;
        if (!behind && now - lastCommitNanos >= COMMIT_EVERY_NANOS) {
            lastCommitNanos = now;
            context.commit();
        }
    }
}
