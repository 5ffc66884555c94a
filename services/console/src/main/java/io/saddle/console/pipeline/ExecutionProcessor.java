package io.saddle.console.pipeline;

import io.saddle.console.streams.StoreSerde;
import io.saddle.kafka.RecordHistory;
import io.saddle.kafka.Rejection;
import io.saddle.pipeline.execution.Execution;
import io.saddle.pipeline.execution.ExecutionCourse;
import io.saddle.pipeline.execution.StepState;
import io.saddle.pipeline.execution.TaskOrder;
import io.saddle.pipeline.execution.Transition;
import io.saddle.pipeline.spec.Bounds;
import io.saddle.pipeline.spec.PipelineParser;
import io.saddle.pipeline.spec.PipelineSpec;
import io.saddle.run.spec.InvalidRunSpecException;
import io.saddle.schema.Alert;
import io.saddle.schema.DesiredState;
import io.saddle.schema.ExecutionPhase;
import io.saddle.schema.ExecutionStatus;
import io.saddle.schema.PipelineExecution;
import io.saddle.schema.StepTask;
import io.saddle.schema.TaskResult;
import io.saddle.serde.Decoded;
import io.saddle.serde.Serdes;
import io.saddle.streams.UnhandledRecords;
import io.saddle.topic.ConsumerGroups;
import io.saddle.topic.Topic;
import io.saddle.topic.Topics;
import io.saddle.tracing.RecordTracing;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.apache.avro.specific.SpecificRecord;
import org.apache.kafka.common.serialization.Serializer;
import org.apache.kafka.streams.KeyValue;
import org.apache.kafka.streams.processor.PunctuationType;
import org.apache.kafka.streams.processor.api.Processor;
import org.apache.kafka.streams.processor.api.ProcessorContext;
import org.apache.kafka.streams.processor.api.Record;
import org.apache.kafka.streams.state.KeyValueIterator;
import org.apache.kafka.streams.state.KeyValueStore;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Applies what is wanted, how tasks ended, and the clock, to the executions in the store. */
final class ExecutionProcessor implements Processor<String, Decoded<?>, String, Object> {

    static final String STORE = "executions";

    private static final Duration TICK = Duration.ofSeconds(1);

    /** Bytes of an execution in a record: of Kafka's 1 MiB, the rest is for what is written around it. */
    private static final int LARGEST = 900_000;

    /** The same of one that fails for its size, for the words in which it says so. */
    private static final int LARGEST_FAILED = 1_000_000;

    private static final Serializer<Execution> KEPT =
            StoreSerde.of(Execution.class).serializer();

    private static final Logger LOG = LoggerFactory.getLogger(ExecutionProcessor.class);

    /** What becomes of an execution, and its definition. */
    private record Effect(Transition transition, PipelineSpec spec) {}

    /** An execution that does not fit into a record, not even as one that has failed. */
    private static final class UnfitException extends IllegalArgumentException {

        private static final long serialVersionUID = 1L;

        UnfitException(String message) {
            super(message);
        }
    }

    private final Serdes serdes;
    private final RecordHistory past;
    private final PipelineParser parser = new PipelineParser();
    private final UnhandledRecords unhandled = new UnhandledRecords(ExecutionRecords.SERVICE);
    /** When the clock moves an execution next, of those that it will; the store is not searched every second. */
    private final Map<String, Instant> due = new HashMap<>();

    private ProcessorContext<String, Object> context;
    private KeyValueStore<String, Execution> store;
    /** Time of the first record; the context has none before. 0: there was none yet. */
    private long begun;
    /** Executions whose record was deleted; null until one of before the first record comes that is not known. */
    private Set<String> deleted;

    /**
     * @param serdes tell how large a record becomes
     * @param past has what was published of executions before
     */
    ExecutionProcessor(Serdes serdes, RecordHistory past) {
        this.serdes = serdes;
        this.past = past;
    }

    @Override
    public void init(ProcessorContext<String, Object> context) {
        this.context = context;
        this.store = context.getStateStore(STORE);
        this.begun = 0;
        this.deleted = null;
        due.clear();
        if (isEmpty()) {
            rebuild();
        }
        try (KeyValueIterator<String, Execution> all = store.all()) {
            while (all.hasNext()) {
                KeyValue<String, Execution> entry = all.next();
                remember(entry.value);
            }
        }
        context.schedule(TICK, PunctuationType.WALL_CLOCK_TIME, time -> tick(Instant.ofEpochMilli(time)));
    }

    private boolean isEmpty() {
        try (KeyValueIterator<String, Execution> any = store.all()) {
            return !any.hasNext();
        }
    }

    /**
     * Puts into a store that is empty what it has lost, if it has: all of it in one transaction, so that it never has some and looks as if it
     * had all. Both topics are compacted, and read within seconds.
     */
    private void rebuild() {
        int partition = context.taskId().partition();
        Map<String, ExecutionStatus> statuses = new HashMap<>();
        past.forEach(Topics.EXECUTION_STATUS, partition, status -> statuses.put(status.getExecutionId(), status));
        // One that goes on though its record was deleted has its status still.
        statuses.keySet().removeAll(past.deleted(Topics.EXECUTION_STATUS, partition));
        if (statuses.isEmpty()) {
            return;
        }
        past.forEach(Topics.EXECUTIONS, partition, wanted -> {
            ExecutionStatus status = statuses.get(wanted.getExecutionId());
            if (status != null) {
                store.put(wanted.getExecutionId(), ExecutionRecords.execution(wanted, status));
            }
        });
        LOG.info(
                "the store of partition {} was empty: {} executions come back from what was published of them",
                partition,
                statuses.size());
    }

    @Override
    public void process(Record<String, Decoded<?>> record) {
        if (begun == 0) {
            begun = context.currentSystemTimeMs();
        }
        String topic = context.recordMetadata().orElseThrow().topic();
        if (record.value() instanceof Decoded.Unreadable<?> unreadable) {
            unhandled.forward(
                    context,
                    record,
                    unreadable.raw(),
                    new Rejection(unreadable.reason(), unreadable.cause(), ConsumerGroups.PIPELINES));
        } else if (record.value() instanceof Decoded.Value<?> decoded) {
            RecordTracing.process(topic, record.key(), record.headers(), () -> apply(record, decoded));
        } else if (topic.equals(Topics.EXECUTIONS.name())) {
            forget(record);
        }
    }

    /** One that goes on is nobody's to forget: whoever wrote that record by hand sees it go on. */
    private void forget(Record<String, Decoded<?>> record) {
        Execution known = store.get(record.key());
        if (known != null && !known.isOver()) {
            LOG.warn("execution {} goes on, though its record was deleted", record.key());
            return;
        }
        store.delete(record.key());
        due.remove(record.key());
        context.forward(new Record<>(record.key(), null, record.timestamp()), Topics.EXECUTION_STATUS.name() + "-out");
    }

    /** Only what the record itself does is its fault; whatever keeps its effect from being written is tried again. */
    private void apply(Record<String, Decoded<?>> record, Decoded.Value<?> decoded) {
        Object value = decoded.value();
        Execution known = store.get(
                value instanceof TaskResult result
                        ? result.getExecutionId()
                        : ((PipelineExecution) value).getExecutionId());
        boolean isOfBefore = known == null && record.timestamp() < begun;
        if (isOfBefore && (value instanceof TaskResult || isDeleted(record.key()))) {
            // Of an execution that was forgotten: where all is read again, behind a restore for one, or where offsets
            // have expired, it comes too, with its results.
            LOG.debug("a record of execution {} of before, which is not known any more, is passed over", record.key());
            return;
        }
        Effect effect;
        try {
            effect = fitting(
                    known,
                    value instanceof TaskResult result
                            ? effect(known, result)
                            : effect(known, (PipelineExecution) value));
        } catch (RuntimeException e) {
            String reason = e instanceof IllegalArgumentException ? e.getMessage() : e.toString();
            unhandled.forward(context, record, decoded.raw(), new Rejection(reason, e, ConsumerGroups.PIPELINES));
            return;
        }
        take(known, effect, record.timestamp());
    }

    private boolean isDeleted(String executionId) {
        if (deleted == null) {
            deleted = past.deleted(Topics.EXECUTIONS, context.taskId().partition());
        }
        return deleted.contains(executionId);
    }

    private Effect effect(Execution known, PipelineExecution wanted) {
        PipelineSpec spec;
        try {
            spec = parser.fromJson(known == null ? wanted.getDefinition() : known.definition());
        } catch (InvalidRunSpecException e) {
            if (known == null || wanted.getDesiredState() != DesiredState.STOPPED) {
                throw e;
            }
            spec = outline(known);
        }
        return new Effect(ExecutionCourse.onRequest(known, wanted, spec, now()), spec);
    }

    private Effect effect(Execution known, TaskResult result) {
        if (known == null) {
            throw new IllegalArgumentException("there is no execution '" + result.getExecutionId() + "'");
        }
        // Of one that has ended nothing counts any more, also where its definition cannot be read.
        PipelineSpec spec = known.isOver() ? outline(known) : parser.fromJson(known.definition());
        return new Effect(ExecutionCourse.onResult(known, result, spec, now()), spec);
    }

    private PipelineSpec outline(Execution known) {
        return parser.outline(
                known.definition(),
                known.steps().stream().map(StepState::step).distinct().toList());
    }

    private <T extends SpecificRecord> byte[] raw(Topic<T> topic, T value) {
        return serdes.serializer(topic).serialize(topic.name(), value);
    }

    private void tick(Instant now) {
        List<String> waited = due.entrySet().stream()
                .filter(entry -> !entry.getValue().isAfter(now))
                .sorted(Map.Entry.comparingByValue())
                .map(Map.Entry::getKey)
                .toList();
        for (String executionId : waited) {
            Execution known = store.get(executionId);
            Effect effect;
            try {
                PipelineSpec spec = parser.fromJson(known.definition());
                effect = fitting(known, new Effect(ExecutionCourse.onTime(known, spec, now), spec));
            } catch (InvalidRunSpecException e) {
                stuck(
                        known,
                        "its definition cannot be read by this release, so it does not go on: " + e.getMessage(),
                        "go back to the release that started it, or stop it (./saddle pipeline stop " + executionId
                                + ") and start a revision that this release takes",
                        now);
                continue;
            } catch (UnfitException e) {
                stuck(
                        known,
                        "it does not go on: " + e.getMessage(),
                        "stop it (./saddle pipeline stop " + executionId + ") and start several smaller ones",
                        now);
                continue;
            }
            take(known, effect, now.toEpochMilli());
        }
    }

    /** One that the clock cannot move: it stays as it is, and the others go on. */
    private void stuck(Execution known, String why, String remedy, Instant now) {
        due.remove(known.executionId());
        LOG.error("execution {}: {}", known.executionId(), why);
        alert(ExecutionRecords.alert(known, Bounds.message(why), remedy, now), now.toEpochMilli());
    }

    /**
     * The effect, or what comes nearest to it and can be written: a record that the broker refuses would come again for ever, and hold up all
     * executions.
     */
    private Effect fitting(Execution known, Effect effect) {
        PipelineSpec spec = effect.spec();
        Transition whole = effect.transition();
        int bytes = whole.execution().equals(known) ? 0 : bytes(whole.execution(), spec);
        if (bytes <= LARGEST) {
            return effect;
        }
        String executionId = whole.execution().executionId();
        LOG.warn("execution {} has {} bytes: the messages of its steps are cut", executionId, bytes);
        Transition brief = new Transition(whole.execution().brief(), whole.orders());
        if (bytes(brief.execution(), spec) <= LARGEST) {
            return new Effect(brief, spec);
        }
        String why = "where the execution stands would have " + bytes + " bytes, at most " + LARGEST
                + " fit into a record: make several pipelines of it, or let its steps make fewer outputs";
        LOG.error("execution {} fails: {}", executionId, why);
        Transition failed = ExecutionCourse.outgrown(known, brief, spec, why, now());
        if (bytes(failed.execution(), spec) <= LARGEST_FAILED) {
            return new Effect(failed, spec);
        }
        throw new UnfitException(why);
    }

    /** The larger one of its records, the store's and the one that is published. */
    private int bytes(Execution execution, PipelineSpec spec) {
        return Math.max(
                KEPT.serialize(STORE, execution).length,
                raw(Topics.EXECUTION_STATUS, ExecutionRecords.status(execution, spec, now())).length);
    }

    private void alert(Alert alert, long timestamp) {
        context.forward(
                new Record<>(alert.getExecutionId(), alert, timestamp, RecordTracing.headers()),
                Topics.ALERTS.name() + "-out");
    }

    private void take(Execution known, Effect effect, long timestamp) {
        Execution execution = effect.transition().execution();
        if (execution.equals(known)) {
            return;
        }
        Instant now = now();
        String executionId = execution.executionId();
        store.put(executionId, execution);
        remember(execution);
        for (TaskOrder order : effect.transition().orders()) {
            context.forward(
                    new Record<>(executionId, task(execution, order, now), timestamp, RecordTracing.headers()),
                    Topics.TASKS.name() + "-out");
        }
        context.forward(
                new Record<>(executionId, ExecutionRecords.status(execution, effect.spec(), now), timestamp),
                Topics.EXECUTION_STATUS.name() + "-out");
        boolean hasFailed = execution.phase() == ExecutionPhase.FAILED;
        if (hasFailed && (known == null || known.phase() != ExecutionPhase.FAILED)) {
            alert(
                    ExecutionRecords.alert(
                            execution,
                            ExecutionRecords.message(execution.steps()),
                            "see ./saddle pipeline show " + executionId + "; ./saddle pipeline retry " + executionId
                                    + " goes on from what failed",
                            now),
                    timestamp);
        }
    }

    private void remember(Execution execution) {
        Instant next = execution.due();
        if (next == null) {
            due.remove(execution.executionId());
        } else {
            due.put(execution.executionId(), next);
        }
    }

    private static StepTask task(Execution execution, TaskOrder order, Instant now) {
        return StepTask.newBuilder()
                .setExecutionId(execution.executionId())
                .setStep(order.step())
                .setAttempt(order.attempt())
                .setKind(order.kind())
                .setAction(order.action())
                .setParameters(order.parameters())
                .setRequestedBy(execution.requestedBy())
                .setIssuedAt(now)
                .build();
    }

    private Instant now() {
        return Instant.ofEpochMilli(context.currentSystemTimeMs());
    }
}
