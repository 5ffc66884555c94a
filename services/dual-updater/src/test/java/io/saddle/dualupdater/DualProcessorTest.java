package io.saddle.dualupdater;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.saddle.kafka.RecordHistory;
import io.saddle.schema.MultiplierUpdate;
import io.saddle.serde.Decoded;
import io.saddle.stack.testing.ListedPast;
import io.saddle.streams.UnhandledRecords;
import io.saddle.topic.DeadLetterHeaders;
import io.saddle.topic.Topic;
import io.saddle.topic.Topics;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import org.apache.avro.specific.SpecificRecord;
import org.apache.kafka.common.errors.SerializationException;
import org.apache.kafka.common.serialization.Serde;
import org.apache.kafka.common.serialization.Serdes;
import org.apache.kafka.streams.errors.InvalidStateStoreException;
import org.apache.kafka.streams.errors.ProcessorStateException;
import org.apache.kafka.streams.errors.TaskMigratedException;
import org.apache.kafka.streams.processor.api.MockProcessorContext;
import org.apache.kafka.streams.processor.api.Record;
import org.apache.kafka.streams.state.KeyValueStore;
import org.apache.kafka.streams.state.Stores;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class DualProcessorTest {

    private static final DualRun RUN = DualRun.unknown("r");
    private static final DualTransition UPDATE =
            new DualTransition(RUN, List.of(new DualStepTaken(RUN, RUN, 20, Map.of(), List.of())), List.of());

    private static final MultiplierUpdate UPDATE_RECORD = new MultiplierUpdate();

    static {
        UPDATE_RECORD.put("runId", "r");
    }

    private final MockProcessorContext<String, Object> context = new MockProcessorContext<>();
    private final PauseSwitch pauses = new PauseSwitch();
    private final AtomicInteger decoded = new AtomicInteger();
    private KeyValueStore<String, DualRun> store;
    /** What a look into the store fails of. */
    private RuntimeException damage;

    @BeforeEach
    void openStore() {
        store = Stores.keyValueStoreBuilder(
                        Stores.inMemoryKeyValueStore(DualProcessor.STORE),
                        Serdes.String(),
                        counted(DualRunSerde.create()))
                .withLoggingDisabled()
                .build();
        store.init(context.getStateStoreContext(), store);
        context.addStateStore(store);
        context.setCurrentSystemTimeMs(0);
    }

    private Serde<DualRun> counted(Serde<DualRun> serde) {
        return Serdes.serdeFrom(serde.serializer(), (topic, bytes) -> {
            decoded.incrementAndGet();
            if (damage != null) {
                throw damage;
            }
            return serde.deserializer().deserialize(topic, bytes);
        });
    }

    @AfterEach
    void closeStore() {
        store.close();
    }

    private void process(DualTransition result) {
        process((run, record) -> result);
    }

    private void process(DualProcessor.Transition<MultiplierUpdate> transition) {
        DualProcessor processor = processor(new ListedPast(), transition);
        processor.init(context);
        processOne(processor);
    }

    private DualProcessor processor(RecordHistory past, DualProcessor.Transition<MultiplierUpdate> transition) {
        DualProcessor.Input<MultiplierUpdate> input = new DualProcessor.Input<>(Topics.MULTIPLIERS, transition);
        RebuildThreads rebuilds = new RebuildThreads(new DualRebuild(past, run -> null, run -> 0), pauses);
        return new DualProcessor(List.of(input), run -> 0, rebuilds, new SimpleMeterRegistry());
    }

    private void processOne(DualProcessor processor) {
        context.setRecordMetadata(Topics.MULTIPLIERS.name(), 0, 0);
        processor.process(new Record<>("r", new Decoded.Value<>(UPDATE_RECORD, new byte[] {7}), 0));
    }

    @Test
    void anUpdateIsCommittedAtOnceSinceATrainerMayStandStillForIt() {
        process(UPDATE);

        assertEquals(1, context.forwarded().size());
        assertTrue(context.committed());
    }

    @Test
    void anUpdateOfABacklogIsLeftToTheCommitInterval() {
        context.setCurrentSystemTimeMs(1000);
        process(UPDATE);

        assertEquals(1, context.forwarded().size());
        assertFalse(context.committed());
    }

    @Test
    void aRecordThatFailsInAnyWayGoesToTheDeadLettersAndLeavesTheRunAlone() {
        process((run, record) -> {
            throw new ArithmeticException("of no use");
        });

        assertEquals(1, context.forwarded().size());
        MockProcessorContext.CapturedForward<?, ?> letter = context.forwarded().get(0);
        assertEquals(Optional.of(UnhandledRecords.sink(Topics.MULTIPLIERS.name())), letter.childName());
        assertArrayEquals(new byte[] {7}, (byte[]) letter.record().value());
        assertEquals("java.lang.ArithmeticException: of no use", header(letter, DeadLetterHeaders.REASON));
        assertEquals("java.lang.ArithmeticException", header(letter, DeadLetterHeaders.EXCEPTION));
        assertEquals("of no use", header(letter, DeadLetterHeaders.MESSAGE));
        assertEquals("saddle-dual-updater", header(letter, DeadLetterHeaders.GROUP));
        assertNull(store.get("r"));
    }

    /** A damaged table made a dead letter of each estimate of its run, one after the other, and nobody replaced the files. */
    @ParameterizedTest
    @MethodSource("failuresOfAStore")
    void aStoreThatFailsIsNoFaultOfTheRecord(RuntimeException failure) {
        store.put("r", RUN);
        damage = failure;

        assertThrows(failure.getClass(), () -> process(UPDATE));
        assertEquals(List.of(), context.forwarded());
    }

    static List<RuntimeException> failuresOfAStore() {
        return List.of(
                new ProcessorStateException("Corruption: block checksum mismatch"),
                new InvalidStateStoreException("the store is closed"),
                new TaskMigratedException("fenced", new IllegalStateException()));
    }

    /** Else one run would hold up all of its partition. */
    @Test
    void aStateThatCannotBeDecodedIsTheTroubleOfItsRunAlone() {
        store.put("r", RUN);
        damage = new SerializationException("the store holds a dual state that cannot be read");
        process(UPDATE);
        assertEquals(
                Optional.of(UnhandledRecords.sink(Topics.MULTIPLIERS.name())),
                context.forwarded().get(0).childName());
    }

    private static String header(MockProcessorContext.CapturedForward<?, ?> letter, String name) {
        return new String(letter.record().headers().lastHeader(name).value(), StandardCharsets.UTF_8);
    }

    @Test
    void whatMovesNothingIsLeftToTheCommitInterval() {
        process(DualTransition.unchanged(RUN));

        assertFalse(context.committed());
    }

    private static GatedPast pastOfOneDualStep() {
        ListedPast past = new ListedPast();
        past.add(
                Topics.MULTIPLIERS,
                MultiplierUpdate.newBuilder()
                        .setRunId("r")
                        .setDualStep(7)
                        .setStep(140)
                        .setConstraints(List.of())
                        .setObjectiveWeight(1)
                        .setUpdatedAt(Instant.EPOCH)
                        .build());
        return new GatedPast(past);
    }

    /** Whoever does not return here does not poll, loses its partitions after a while, and begins again, for ever. */
    private void begin(DualProcessor processor) {
        assertTimeoutPreemptively(Duration.ofSeconds(30), () -> processor.init(context));
    }

    @Test
    void aTaskBeginsBeforeItsPastIsReadAndHandlesNothingUntilThen() throws Exception {
        GatedPast past = pastOfOneDualStep();
        List<Long> seen = new CopyOnWriteArrayList<>();
        DualProcessor processor = processor(past, (run, record) -> {
            seen.add(run.dualStep());
            return DualTransition.unchanged(run);
        });
        begin(processor);
        assertTrue(pauses.isPaused());

        CompletableFuture<Void> handled = CompletableFuture.runAsync(() -> processOne(processor));
        await().until(() -> past.begun().size() == 1);
        assertFalse(handled.isDone());
        past.open();
        handled.get();

        assertEquals(List.of(7L), seen);
        assertEquals(7, store.get("r").dualStep());
        assertFalse(pauses.isPaused());
    }

    @Test
    void aTaskThatIsTakenAwayEndsTheReadingOfItsPast() {
        GatedPast past = pastOfOneDualStep();
        DualProcessor processor = processor(past, (run, record) -> UPDATE);
        begin(processor);
        await().until(() -> past.begun().size() == 1);

        processor.close();

        assertFalse(pauses.isPaused());
        await().until(() -> past.interrupted() == 1);
        assertNull(store.get("r"));
    }

    /** RocksDB takes the whole process with it. */
    @Test
    void aStoreIsNotReadAnyMoreOnceItMayBeClosed() {
        StoredRuns stored = new StoredRuns(store);
        RebuildThreads rebuilds =
                new RebuildThreads(new DualRebuild(pastOfOneDualStep(), run -> null, run -> 0), pauses);
        rebuilds.begin(0, stored).cancel(true);
        assertThrows(IllegalStateException.class, () -> stored.of("r"));
        assertThrows(IllegalStateException.class, stored::areNone);
    }

    @Test
    void processingIsResumedOnceTheLastPastIsRead() {
        GatedPast first = pastOfOneDualStep();
        RebuildThreads rebuilds = new RebuildThreads(new DualRebuild(first, run -> null, run -> 0), pauses);
        CompletableFuture<RecoveredRuns> cancelled = rebuilds.begin(0, new StoredRuns(store));
        CompletableFuture<RecoveredRuns> read = rebuilds.begin(1, new StoredRuns(store));

        cancelled.cancel(true);
        assertTrue(pauses.isPaused());
        first.open();

        assertEquals(7, read.join().lost().get("r").dualStep());
        await().until(() -> !pauses.isPaused());
    }

    @Test
    void aPastThatCannotBeReadFailsTheTaskAtItsFirstRecordSoThatItBeginsAgain() {
        RecordHistory past = unreadable(() -> {
            throw new IllegalStateException("broker away");
        });
        DualProcessor processor = processor(past, (run, record) -> UPDATE);
        begin(processor);

        CompletionException failure = assertThrows(CompletionException.class, () -> processOne(processor));
        assertEquals("broker away", failure.getCause().getMessage());
        assertFalse(pauses.isPaused());
    }

    /** Nothing was handled any more, and nobody said so. */
    @Test
    void anErrorInTheReadingOfThePastLeavesNobodyWaiting() {
        DualProcessor processor = processor(
                unreadable(() -> {
                    throw new OutOfMemoryError("Java heap space");
                }),
                (run, record) -> UPDATE);
        begin(processor);

        CompletionException failure = assertTimeoutPreemptively(
                Duration.ofSeconds(30), () -> assertThrows(CompletionException.class, () -> processOne(processor)));
        assertEquals("Java heap space", failure.getCause().getMessage());
        assertFalse(pauses.isPaused());
    }

    private static RecordHistory unreadable(Runnable failure) {
        return new RecordHistory() {
            @Override
            public <T extends SpecificRecord> Optional<T> newest(Topic<T> topic, int partition) {
                failure.run();
                return Optional.empty();
            }

            @Override
            public <T extends SpecificRecord> void forEach(Topic<T> topic, int partition, Consumer<T> action) {}

            @Override
            public Set<String> deleted(Topic<?> topic, int partition) {
                return Set.of();
            }
        };
    }

    /** A stream thread that reads thousands of runs does not poll meanwhile, and whether a store is whole is told by one. */
    @Test
    void aTaskBeginsWithoutALookAtItsStoreAndThenReadsTheRunsThatItNeeds() {
        for (String run : List.of("a", "b", "c", "r")) {
            store.put(run, DualRun.unknown(run));
        }
        decoded.set(0);
        GatedPast past = pastOfOneDualStep();
        DualProcessor processor = processor(past, (run, record) -> DualTransition.unchanged(run));
        begin(processor);
        assertEquals(0, decoded.get());

        past.open();
        processOne(processor);
        assertEquals(7, store.get("r").dualStep());
        assertTrue(decoded.get() <= 4, "decoded " + decoded.get() + " runs");
    }
}
