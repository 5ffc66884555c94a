package io.saddle.console.pipeline;

import io.micrometer.core.instrument.MeterRegistry;
import io.saddle.console.streams.ConsoleStreams;
import io.saddle.kafka.KafkaSettings;
import io.saddle.kafka.TopicHistory;
import io.saddle.serde.Serdes;
import io.saddle.topic.ConsumerGroups;
import jakarta.inject.Singleton;
import org.apache.kafka.streams.Topology;
import org.eclipse.microprofile.config.inject.ConfigProperty;

/** The topology of executions, as long as the console runs. */
@Singleton
public class PipelineStreams extends ConsoleStreams {

    private final KafkaSettings kafka;
    private final Serdes serdes;

    public PipelineStreams(
            KafkaSettings kafka,
            Serdes serdes,
            MeterRegistry meters,
            @ConfigProperty(name = "saddle.streams.replication-factor") int replicationFactor) {
        super(ConsumerGroups.PIPELINES, kafka, meters, "saddle.pipelines", replicationFactor);
        this.kafka = kafka;
        this.serdes = serdes;
    }

    @Override
    protected Topology topology(Processing processing) {
        return PipelineTopology.of(serdes, new TopicHistory(kafka, serdes));
    }
}
