package io.saddle.streams;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.saddle.kafka.KafkaSettings;
import java.nio.file.Path;
import java.util.Properties;
import org.apache.kafka.streams.StreamsConfig;
import org.apache.kafka.streams.Topology;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class StreamsApplicationTest {

    @Test
    void exactlyOnceHoldsForAllThatATopologyWrites(@TempDir Path folder) {
        StreamsApplication application =
                new StreamsApplication(
                        "saddle-any",
                        new KafkaSettings("nowhere:1", "http://nowhere"),
                        new SimpleMeterRegistry(),
                        "saddle.any",
                        folder,
                        3) {
                    @Override
                    protected Topology topology(Processing processing) {
                        return new Topology();
                    }
                };
        Properties settings = application.settings();
        assertEquals("exactly_once_v2", settings.get(StreamsConfig.PROCESSING_GUARANTEE_CONFIG));
        assertEquals(3, settings.get(StreamsConfig.REPLICATION_FACTOR_CONFIG));
        assertEquals("saddle-any", settings.get(StreamsConfig.APPLICATION_ID_CONFIG));
    }
}
