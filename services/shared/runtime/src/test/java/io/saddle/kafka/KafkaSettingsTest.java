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

    @Test
    void aPasswordInTheRegistrysAddressIsNotPrintedWithIt() {
        KafkaSettings settings = new KafkaSettings("kafka:9092", "https://user:secret@registry/v7,https://u:secret@b");
        assertEquals("Kafka at kafka:9092, registry at https://registry/v7,https://b", settings.toString());
    }

    /** It was overruled without a word: who raised it for pods that stand still for seconds changed nothing. */
    @Test
    void whatAnOperatorChoosesForTheClientsHolds() {
        KafkaSettings settings = new KafkaSettings(
                "kafka:9092",
                "http://registry",
                Map.of("session.timeout.ms", "45000", "heartbeat.interval.ms", "3000", "linger.ms", "20"),
                Map.of());
        assertEquals("45000", settings.consumer("group").get("session.timeout.ms"));
        assertEquals("3000", settings.consumer("group").get("heartbeat.interval.ms"));
        assertEquals("20", settings.producer().get("linger.ms"));
        assertEquals("all", settings.producer().get("acks"));
    }
}
