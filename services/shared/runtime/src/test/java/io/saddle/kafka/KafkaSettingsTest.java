package io.saddle.kafka;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.Map;
import org.junit.jupiter.api.Test;

class KafkaSettingsTest {

    @Test
    void passwordsAreNotPrintedWithIt() {
        KafkaSettings settings = new KafkaSettings(
                "kafka:9092",
                "http://registry",
                Map.of("sasl.jaas.config", "… password=\"secret\";"),
                Map.of("basic.auth.user.info", "user:secret"));
        assertEquals("Kafka at kafka:9092, registry at http://registry", settings.toString());
    }
}
