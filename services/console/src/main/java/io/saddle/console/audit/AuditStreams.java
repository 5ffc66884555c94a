package io.saddle.console.audit;

import io.micrometer.core.instrument.MeterRegistry;
import io.saddle.console.streams.ConsoleStreams;
import io.saddle.kafka.KafkaSettings;
import io.saddle.kafka.TopicHistory;
import io.saddle.kafka.TopicPlaces;
import io.saddle.serde.Serdes;
import io.saddle.topic.ConsumerGroups;
import io.saddle.topic.Topics;
import jakarta.inject.Singleton;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeoutException;
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
        return AuditTopology.of(serdes, new TopicHistory(kafka, serdes), this::places);
    }

    private TopicPlaces places(String topic, int partition) {
        try {
            return TopicPlaces.of(kafka, List.of(Topics.named(topic)), partition, Instant.now());
        } catch (ExecutionException | TimeoutException e) {
            // The stream begins anew and asks again: what it took for new unasked would be told of twice.
            throw new IllegalStateException(topic + ": Kafka does not say which topic it is", e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted", e);
        }
    }
}
