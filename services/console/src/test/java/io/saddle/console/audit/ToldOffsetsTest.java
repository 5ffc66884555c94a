package io.saddle.console.audit;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.saddle.kafka.TopicPlaces;
import java.util.List;
import java.util.Map;
import java.util.stream.LongStream;
import org.apache.kafka.common.serialization.Serdes;
import org.apache.kafka.streams.processor.api.MockProcessorContext;
import org.apache.kafka.streams.state.KeyValueStore;
import org.apache.kafka.streams.state.Stores;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class ToldOffsetsTest {

    private static final String TOPIC = "a-topic";

    private final KeyValueStore<String, String> store = Stores.keyValueStoreBuilder(
                    Stores.inMemoryKeyValueStore("heads"), Serdes.String(), Serdes.String())
            .withLoggingDisabled()
            .build();
    private Map<String, String> ids = Map.of(TOPIC, "x", "other-topic", "y");
    private long end = 10;
    private ToldOffsets told;

    @BeforeEach
    void open() {
        store.init(new MockProcessorContext<>().getStateStoreContext(), store);
        start();
    }

    private void start() {
        told = new ToldOffsets(store, (topic, partition) -> new TopicPlaces(ids, Map.of(topic, end), Map.of()), 3);
    }

    private List<Long> newOnes(long... offsets) {
        return LongStream.of(offsets)
                .filter(offset -> told.isNew(TOPIC, offset))
                .boxed()
                .toList();
    }

    @Test
    void whatLiesBehindTheNewestThatWasToldOfIsNewAndNothingElse() {
        assertEquals(List.of(0L, 1L, 4L), newOnes(0, 1, 4));
        start();
        assertEquals(List.of(5L), newOnes(0, 1, 4, 5));
        assertEquals(true, told.isNew("other-topic", 0), "each topic has offsets of its own");
    }

    @Test
    void allIsNewOfATopicThatWasMadeAgainHoweverLongItIs() {
        newOnes(0, 1, 4);
        ids = Map.of(TOPIC, "z");
        end = 1000;
        start();
        assertEquals(List.of(0L, 1L, 4L, 5L), newOnes(0, 1, 4, 5));
        start();
        assertEquals(List.of(6L), newOnes(0, 1, 4, 5, 6));
    }

    /** A broker that had not all of it may become the leader after a crash of the others. */
    @Test
    void allIsNewOfATopicThatLostItsEnd() {
        newOnes(0, 1, 4);
        end = 4;
        start();
        assertEquals(List.of(0L, 1L, 2L), newOnes(0, 1, 2));
    }

    /** Kafka asks for the offset that it had, finds that it is out of range and begins anew, all without a start of the task. */
    @Test
    void allIsNewOfATopicThatIsMadeAgainUnderItsReaderAlsoIfItIsLongAlready() {
        newOnes(0, 1, 4);
        ids = Map.of(TOPIC, "z");
        assertEquals(List.of(0L, 1L, 4L, 5L), newOnes(0, 1, 4, 5));
        start();
        assertEquals(List.of(6L), newOnes(0, 5, 6));
    }

    /** The one record that was read of it before was of the old one, and was told of under the new one's id. */
    @Test
    void allIsNewOfATopicThatGoesBackWhateverItsId() {
        assertEquals(List.of(4L, 0L, 1L), newOnes(4, 0, 1));
    }

    /** A topic may be made again between the start and its first record. */
    @Test
    void whichTopicItIsIsAskedWhenItsFirstRecordComes() {
        newOnes(0, 1, 4);
        start();
        told.isNew("other-topic", 0);
        ids = Map.of(TOPIC, "z");
        assertEquals(List.of(0L), newOnes(0));
    }

    @Test
    void allIsNewWhereKafkaHasNoIds() {
        ids = Map.of();
        newOnes(0, 1, 4);
        start();
        assertEquals(List.of(0L, 1L, 4L), newOnes(0, 1, 4));
    }

    @Test
    void whatIsKeptOfALogIsDroppedWhereKafkaHasNoIdsAnyMore() {
        newOnes(0, 1, 4);
        ids = Map.of();
        start();
        assertEquals(List.of(0L, 1L), newOnes(0, 1));
    }
}
