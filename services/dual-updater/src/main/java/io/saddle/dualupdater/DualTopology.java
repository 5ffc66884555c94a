package io.saddle.dualupdater;

import io.micrometer.core.instrument.MeterRegistry;
import io.saddle.kafka.RecordHistory;
import io.saddle.run.spec.RunSpecParser;
import io.saddle.schema.TrainingRun;
import io.saddle.serde.Serdes;
import io.saddle.streams.ByRun;
import io.saddle.streams.StreamsApplication.Processing;
import io.saddle.streams.UnhandledRecords;
import io.saddle.topic.Topic;
import io.saddle.topic.Topics;
import java.util.List;
import java.util.function.ToIntFunction;
import org.apache.avro.specific.SpecificRecord;
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

    private static final String PROCESSOR = "dual-step";

    private final Serdes serdes;
    private final ToIntFunction<String> homes;
    private final RebuildThreads rebuilds;
    private final MeterRegistry meters;
    private final RunSpecParser parser = new RunSpecParser();
    private final Topology topology = new Topology();

    private DualTopology(
            Serdes serdes,
            ToIntFunction<String> homes,
            RecordHistory past,
            Processing processing,
            MeterRegistry meters) {
        this.serdes = serdes;
        this.homes = homes;
        this.rebuilds = new RebuildThreads(new DualRebuild(past, this::settings, homes), processing);
        this.meters = meters;
    }

    /**
     * The whole topology; a pure function of what it is given.
     *
     * @param homes the partition of each run, by its id
     * @param processing paused while {@code past} is read for a task
     */
    static Topology buildTopology(
            Serdes serdes,
            ToIntFunction<String> homes,
            RecordHistory past,
            Processing processing,
            MeterRegistry meters) {
        return new DualTopology(serdes, homes, past, processing, meters).build();
    }

    private Topology build() {
        List<String> names =
                inputs().stream().map(input -> input.topic().name()).toList();
        inputs().forEach(input -> source(input.topic()));
        topology.addProcessor(
                PROCESSOR, () -> new DualProcessor(inputs(), homes, rebuilds, meters), names.toArray(String[]::new));
        topology.addStateStore(
                Stores.keyValueStoreBuilder(
                                Stores.persistentKeyValueStore(DualProcessor.STORE),
                                org.apache.kafka.common.serialization.Serdes.String(),
                                DualRunSerde.create())
                        // The changelog takes a run's last state of each transaction, not every one.
                        .withCachingEnabled(),
                PROCESSOR);
        inputs().forEach(input -> UnhandledRecords.addSink(topology, input.topic(), PROCESSOR));
        output(DualProcessor.MULTIPLIERS, Topics.MULTIPLIERS);
        output(DualProcessor.ALERTS, Topics.ALERTS);
        return topology;
    }

    private List<DualProcessor.Input<?>> inputs() {
        return List.of(
                input(Topics.RUNS, (run, record) -> DualAscent.onRun(run, settings(record))),
                input(Topics.CONSTRAINTS, DualAscent::onConstraint),
                input(Topics.LOSS_ESTIMATES, (run, record) -> DualAscent.onEstimate(run, DualEstimate.of(record))));
    }

    private <T extends SpecificRecord> DualProcessor.Input<T> input(
            Topic<T> topic, DualProcessor.Transition<T> transition) {
        return new DualProcessor.Input<>(topic, transition);
    }

    private void source(Topic<?> topic) {
        topology.addSource(topic.name(), new StringDeserializer(), serdes.decoder(topic), topic.name());
    }

    private <T extends SpecificRecord> void output(String name, Topic<T> topic) {
        topology.addSink(
                name,
                topic.name(),
                new StringSerializer(),
                serdes.serializer(topic),
                (StreamPartitioner) new ByRun(),
                PROCESSOR);
    }

    private DualSettings settings(TrainingRun record) {
        return DualSettings.of(parser.fromJson(record.getSpec()), record.getRevision());
    }
}
