package io.saddle.console.audit;

import io.micrometer.core.instrument.MeterRegistry;
import io.saddle.console.streams.ConsoleStreams;
import io.saddle.kafka.KafkaSettings;
import io.saddle.kafka.TopicHistory;
import io.saddle.serde.Serdes;
import io.saddle.topic.ConsumerGroups;
import jakarta.inject.Singleton;
import org.apache.kafka.streams.Topology;
import org.eclipse.microprofile.config.inject.ConfigProperty;

/** The topology of the audit, as long as the console runs. */
@Singleton
public class AuditStreams extends ConsoleStreams {

    private final KafkaSettings kafka;
    private final Serdes serdes;

    public AuditStreams(
            KafkaSettings kafka,
            Serdes serdes,
            MeterRegistry meters,
            @ConfigProperty(name = "saddle.streams.replication-factor") int replicationFactor) {
        super(ConsumerGroups.AUDIT, kafka, meters, "saddle.audit", replicationFactor);
        this.kafka = kafka;
        this.serdes = serdes;
    }

    @Override
    protected Topology topology(Processing processing) {
        return AuditTopology.of(serdes, new TopicHistory(kafka, serdes));
    }
}
