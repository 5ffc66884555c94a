package io.saddle.dualupdater;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.saddle.schema.MultiplierUpdate;
import io.saddle.serde.Decoded;
import io.saddle.topic.DeadLetterHeaders;
import io.saddle.topic.Topics;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.kafka.common.serialization.Serdes;
import org.apache.kafka.streams.processor.api.MockProcessorContext;
import org.apache.kafka.streams.processor.api.Record;
import org.apache.kafka.streams.state.KeyValueStore;
import org.apache.kafka.streams.state.Stores;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class DualProcessorTest {

    private static final DualRun RUN = DualRun.unknown("r");
    private static final DualTransition UPDATE =
            new DualTransition(RUN, List.of(new DualStepTaken(RUN, RUN, 20, Map.of(), List.of())), List.of());

    private final MockProcessorContext<String, Object> context = new MockProcessorContext<>();
    private KeyValueStore<String, DualRun> store;

    @BeforeEach
    void openStore() {
        store = Stores.keyValueStoreBuilder(
                        Stores.inMemoryKeyValueStore(DualProcessor.STORE), Serdes.String(), DualRunSerde.create())
                .withLoggingDisabled()
                .build();
        store.init(context.getStateStoreContext(), store);
        context.addStateStore(store);
        context.setCurrentSystemTimeMs(0);
    }

    @AfterEach
    void closeStore() {
        store.close();
    }

    private void process(DualTransition result) {
        process((run, record) -> result);
    }

    private void process(DualProcessor.Transition<MultiplierUpdate> transition) {
        DualProcessor.Input<MultiplierUpdate> input =
                new DualProcessor.Input<>(Topics.MULTIPLIERS, (topic, value) -> new byte[] {7}, transition);
        DualRebuild nothingLost = new DualRebuild(new ListedPast(), run -> null);
        DualProcessor processor = new DualProcessor(List.of(input), nothingLost, new SimpleMeterRegistry());
        context.setRecordMetadata(Topics.MULTIPLIERS.name(), 0, 0);
        processor.init(context);
        processor.process(new Record<>("r", new Decoded.Value<>(new MultiplierUpdate()), 0));
    }

    @Test
    void anUpdateIsCommittedAtOnceSinceATrainerMayStandStillForIt() {
        process(UPDATE);

        assertEquals(1, context.forwarded().size());
        assertTrue(context.committed());
    }

    @Test
    void aRecordThatFailsInAnyWayGoesToTheDeadLettersAndLeavesTheRunAlone() {
        process((run, record) -> {
            throw new ArithmeticException("of no use");
        });

        assertEquals(1, context.forwarded().size());
        MockProcessorContext.CapturedForward<?, ?> letter = context.forwarded().get(0);
        assertEquals(Optional.of(DualProcessor.deadLetterSink(Topics.MULTIPLIERS.name())), letter.childName());
        assertArrayEquals(new byte[] {7}, (byte[]) letter.record().value());
        assertEquals("java.lang.ArithmeticException: of no use", header(letter, DeadLetterHeaders.REASON));
        assertEquals("java.lang.ArithmeticException", header(letter, DeadLetterHeaders.EXCEPTION));
        assertEquals("of no use", header(letter, DeadLetterHeaders.MESSAGE));
        assertEquals("saddle-dual-updater", header(letter, DeadLetterHeaders.GROUP));
        assertNull(store.get("r"));
    }

    private static String header(MockProcessorContext.CapturedForward<?, ?> letter, String name) {
        return new String(letter.record().headers().lastHeader(name).value(), StandardCharsets.UTF_8);
    }

    @Test
    void whatMovesNothingIsLeftToTheCommitInterval() {
        process(DualTransition.unchanged(RUN));

        assertFalse(context.committed());
    }
}
