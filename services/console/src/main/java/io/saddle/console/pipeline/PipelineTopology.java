package io.saddle.console.pipeline;

import io.saddle.console.streams.StoreSerde;
import io.saddle.kafka.RecordHistory;
import io.saddle.pipeline.execution.Execution;
import io.saddle.serde.Serdes;
import io.saddle.streams.ByRun;
import io.saddle.streams.UnhandledRecords;
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

/**
 * What is wanted of executions and the ends of their tasks in; orders to workers, where executions stand, alerts, and dead letters out. The
 * inputs are co-partitioned by execution and meet over one store.
 */
final class PipelineTopology {

    private static final String PROCESSOR = "executions";

    private PipelineTopology() {}

    /**
     * The whole topology; a pure function of what it is given.
     *
     * @param past read where a store is empty
     */
    static Topology of(Serdes serdes, RecordHistory past) {
        Topology topology = new Topology();
        List<Topic<? extends SpecificRecord>> inputs = List.of(Topics.EXECUTIONS, Topics.TASK_RESULTS);
        inputs.forEach(input ->
                topology.addSource(input.name(), new StringDeserializer(), serdes.decoder(input), input.name()));
        topology.addProcessor(
                PROCESSOR,
                () -> new ExecutionProcessor(serdes, past),
                inputs.stream().map(Topic::name).toArray(String[]::new));
        topology.addStateStore(store(), PROCESSOR);
        inputs.forEach(input -> UnhandledRecords.addSink(topology, input, PROCESSOR));
        output(topology, serdes, Topics.TASKS);
        output(topology, serdes, Topics.EXECUTION_STATUS);
        output(topology, serdes, Topics.ALERTS);
        return topology;
    }

    /** In memory: a few kilobytes an execution, and no files that can be damaged. */
    private static StoreBuilder<KeyValueStore<String, Execution>> store() {
        return Stores.keyValueStoreBuilder(
                Stores.inMemoryKeyValueStore(ExecutionProcessor.STORE),
                org.apache.kafka.common.serialization.Serdes.String(),
                StoreSerde.of(Execution.class));
    }

    private static <T extends SpecificRecord> void output(Topology topology, Serdes serdes, Topic<T> topic) {
        topology.addSink(
                topic.name() + "-out",
                topic.name(),
                new StringSerializer(),
                serdes.serializer(topic),
                (StreamPartitioner) new ByRun(),
                PROCESSOR);
    }
}
