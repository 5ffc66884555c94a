package io.saddle.dualupdater;

import io.micrometer.core.instrument.MeterRegistry;
import io.saddle.schema.ConstraintDefinition;
import io.saddle.schema.LossEstimate;
import io.saddle.schema.TrainingRun;
import io.saddle.serde.Serdes;
import io.saddle.spec.RunSpecParser;
import io.saddle.topic.RunPartitioner;
import io.saddle.topic.Topic;
import io.saddle.topic.Topics;
import java.util.Optional;
import java.util.Set;
import org.apache.avro.specific.SpecificRecord;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.apache.kafka.streams.Topology;
import org.apache.kafka.streams.processor.StreamPartitioner;
import org.apache.kafka.streams.state.Stores;

/**
 * Runs, constraints and loss estimates in; multiplier updates, alerts and dead letters out. The inputs are co-partitioned by
 * run and meet over one store, so that a run's state is always in one place.
 */
final class DualTopology {

    static final String STORE = "dual-runs";
    static final String MULTIPLIERS = "multipliers";
    static final String ALERTS = "alerts";

    private static final StreamPartitioner<String, Object> BY_RUN =
            (topic, key, value, partitions) -> Optional.of(Set.of(RunPartitioner.partition(key, partitions)));

    private final Serdes serdes;
    private final MeterRegistry meters;
    private final RunSpecParser parser = new RunSpecParser();
    private final Topology topology = new Topology();

    private DualTopology(Serdes serdes, MeterRegistry meters) {
        this.serdes = serdes;
        this.meters = meters;
    }

    /** The whole topology; a pure function of what it is given. */
    static Topology buildTopology(Serdes serdes, MeterRegistry meters) {
        return new DualTopology(serdes, meters).build();
    }

    private Topology build() {
        input(Topics.RUNS, this::onRun);
        input(Topics.CONSTRAINTS, DualTopology::onConstraint);
        input(Topics.LOSS_ESTIMATES, DualTopology::onEstimate);
        String[] inputs = {processor(Topics.RUNS), processor(Topics.CONSTRAINTS), processor(Topics.LOSS_ESTIMATES)};
        topology.addStateStore(
                Stores.keyValueStoreBuilder(
                        Stores.persistentKeyValueStore(STORE),
                        org.apache.kafka.common.serialization.Serdes.String(),
                        DualRunSerde.create()),
                inputs);
        output(MULTIPLIERS, Topics.MULTIPLIERS, inputs);
        output(ALERTS, Topics.ALERTS, inputs);
        return topology;
    }

    private <T extends SpecificRecord> void input(Topic<T> topic, DualProcessor.Transition<T> transition) {
        topology.addSource(topic.name(), new StringDeserializer(), serdes.decoder(topic), topic.name());
        topology.addProcessor(
                processor(topic),
                () -> new DualProcessor<>(topic, serdes.serializer(topic), transition, meters),
                topic.name());
        topology.addSink(
                DualProcessor.deadLetterSink(topic),
                topic.deadLetterName(),
                new StringSerializer(),
                new ByteArraySerializer(),
                processor(topic));
    }

    private <T extends SpecificRecord> void output(String name, Topic<T> topic, String... inputs) {
        topology.addSink(
                name,
                topic.name(),
                new StringSerializer(),
                serdes.serializer(topic),
                (StreamPartitioner) BY_RUN,
                inputs);
    }

    private static String processor(Topic<?> topic) {
        return "dual-step-" + topic.name();
    }

    private DualTransition onRun(DualRun run, TrainingRun record) {
        return run.onRun(DualSettings.of(parser.fromJson(record.getSpec())));
    }

    private static DualTransition onConstraint(DualRun run, ConstraintDefinition record) {
        return run.onConstraint(record);
    }

    private static DualTransition onEstimate(DualRun run, LossEstimate record) {
        return run.onEstimate(DualEstimate.of(record));
    }
}
