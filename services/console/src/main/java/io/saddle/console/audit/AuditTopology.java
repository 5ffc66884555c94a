package io.saddle.console.audit;

import io.saddle.console.streams.StoreSerde;
import io.saddle.kafka.ValueHistory;
import io.saddle.schema.AuditEntry;
import io.saddle.serde.Serdes;
import io.saddle.topic.Topic;
import io.saddle.topic.Topics;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.apache.avro.specific.SpecificRecord;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.apache.kafka.streams.Topology;
import org.apache.kafka.streams.processor.StreamPartitioner;
import org.apache.kafka.streams.state.Stores;

/** The records by which people change something in; an entry for each out, on the partition of the record. */
final class AuditTopology {

    private static final String PROCESSOR = "audit";

    private AuditTopology() {}

    /** The whole topology; a pure function of what it is given. */
    static Topology of(Serdes serdes, ValueHistory past, ToldOffsets.Places places) {
        Topology topology = new Topology();
        List<Topic<? extends SpecificRecord>> audited = Topics.audited();
        audited.forEach(topic ->
                topology.addSource(topic.name(), new StringDeserializer(), new ByteArrayDeserializer(), topic.name()));
        topology.addProcessor(
                PROCESSOR,
                () -> new AuditProcessor(serdes, past, places),
                audited.stream().map(Topic::name).toArray(String[]::new));
        // In memory: some kilobytes for each run, and no files that can be damaged.
        topology.addStateStore(
                Stores.keyValueStoreBuilder(
                        Stores.inMemoryKeyValueStore(AuditProcessor.SUBJECTS),
                        org.apache.kafka.common.serialization.Serdes.String(),
                        StoreSerde.of(Subject.class)),
                PROCESSOR);
        topology.addStateStore(
                Stores.keyValueStoreBuilder(
                        Stores.inMemoryKeyValueStore(AuditProcessor.HEADS),
                        org.apache.kafka.common.serialization.Serdes.String(),
                        org.apache.kafka.common.serialization.Serdes.String()),
                PROCESSOR);
        StreamPartitioner<String, AuditEntry> byChain =
                (topic, key, entry, partitions) -> Optional.of(Set.of(entry.getChain()));
        topology.addSink(
                AuditProcessor.OUT,
                Topics.AUDIT.name(),
                new StringSerializer(),
                serdes.serializer(Topics.AUDIT),
                byChain,
                PROCESSOR);
        return topology;
    }
}
