package io.saddle.dualupdater;

import io.micrometer.core.instrument.MeterRegistry;
import io.saddle.kafka.KafkaSettings;
import io.saddle.kafka.RecordHistory;
import io.saddle.kafka.TopicHistory;
import io.saddle.serde.Serdes;
import io.saddle.streams.StreamsApplication;
import io.saddle.topic.ConsumerGroups;
import io.saddle.topic.RunPartitioner;
import io.saddle.topic.Topics;
import jakarta.inject.Singleton;
import java.nio.file.Path;
import org.apache.kafka.streams.Topology;
import org.eclipse.microprofile.config.inject.ConfigProperty;

/** Consumes runs, constraints and loss estimates, produces multiplier updates, exactly once. */
@Singleton
public class DualStreams extends StreamsApplication {

    private final KafkaSettings kafka;
    private final Serdes serdes;
    private final MeterRegistry meters;

    public DualStreams(
            KafkaSettings kafka,
            Serdes serdes,
            MeterRegistry meters,
            @ConfigProperty(name = "saddle.data.dir") Path dataDir,
            @ConfigProperty(name = "saddle.streams.replication-factor") int replicationFactor) {
        super(ConsumerGroups.DUAL_UPDATER, kafka, meters, "saddle.dual", dataDir, replicationFactor);
        this.kafka = kafka;
        this.serdes = serdes;
        this.meters = meters;
    }

    RecordHistory past() {
        return new TopicHistory(kafka, serdes);
    }

    @Override
    protected Topology topology(Processing processing) {
        return DualTopology.buildTopology(serdes, DualStreams::home, past(), processing, meters);
    }

    private static int home(String runId) {
        return RunPartitioner.partition(runId, Topics.RUNS.partitions());
    }
}
