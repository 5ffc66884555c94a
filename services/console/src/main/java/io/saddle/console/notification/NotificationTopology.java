package io.saddle.console.notification;

import io.saddle.console.streams.StoreSerde;
import io.saddle.schema.Notification;
import io.saddle.serde.Serdes;
import io.saddle.streams.ByRun;
import io.saddle.topic.Topic;
import io.saddle.topic.Topics;
import java.util.List;
import org.apache.avro.specific.SpecificRecord;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.apache.kafka.streams.Topology;
import org.apache.kafka.streams.processor.StreamPartitioner;
import org.apache.kafka.streams.state.KeyValueStore;
import org.apache.kafka.streams.state.StoreBuilder;
import org.apache.kafka.streams.state.Stores;

/** What happens to runs and executions in; what is to be told out. The inputs are co-partitioned by run or execution. */
final class NotificationTopology {

    private static final String PROCESSOR = "notifications";

    private NotificationTopology() {}

    /** The whole topology; a pure function of what it is given. */
    static Topology of(Serdes serdes, RuleBook book) {
        Topology topology = new Topology();
        List<Topic<? extends SpecificRecord>> inputs = List.of(
                Topics.RUN_STATUS, Topics.EXECUTION_STATUS, Topics.MULTIPLIERS, Topics.FID_SCORES, Topics.ALERTS);
        inputs.forEach(input ->
                topology.addSource(input.name(), new StringDeserializer(), serdes.decoder(input), input.name()));
        topology.addProcessor(
                PROCESSOR,
                () -> new NotificationProcessor(book),
                inputs.stream().map(Topic::name).toArray(String[]::new));
        topology.addStateStore(store(), PROCESSOR);
        StreamPartitioner<String, Notification> byRule =
                (topic, key, value, partitions) -> new ByRun().partitions(topic, key, value, partitions);
        topology.addSink(
                Topics.NOTIFICATIONS.name() + "-out",
                Topics.NOTIFICATIONS.name(),
                new StringSerializer(),
                serdes.serializer(Topics.NOTIFICATIONS),
                byRule,
                PROCESSOR);
        return topology;
    }

    /** In memory: a few hundred bytes a run, and no files that can be damaged. */
    private static StoreBuilder<KeyValueStore<String, WatchedSubject>> store() {
        return Stores.keyValueStoreBuilder(
                Stores.inMemoryKeyValueStore(NotificationProcessor.STORE),
                org.apache.kafka.common.serialization.Serdes.String(),
                StoreSerde.of(WatchedSubject.class));
    }
}
