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

    private static StreamsApplication application(Path folder) {
        return new StreamsApplication(
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
    }

    @Test
    void exactlyOnceHoldsForAllThatATopologyWrites(@TempDir Path folder) {
        StreamsApplication application = application(folder);
        Properties settings = application.settings();
        assertEquals("exactly_once_v2", settings.get(StreamsConfig.PROCESSING_GUARANTEE_CONFIG));
        assertEquals(3, settings.get(StreamsConfig.REPLICATION_FACTOR_CONFIG));
        assertEquals("saddle-any", settings.get(StreamsConfig.APPLICATION_ID_CONFIG));
    }

    /** A record that one of them refuses is refused again and again. */
    @Test
    void itsInternalTopicsTakeLargerRecordsThanABrokersDefault(@TempDir Path folder) {
        assertEquals(2 << 20, application(folder).settings().get("topic.max.message.bytes"));
    }
}
