package io.saddle.console;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.confluent.kafka.schemaregistry.client.MockSchemaRegistryClient;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.saddle.console.history.RunHistories;
import io.saddle.kafka.KafkaSettings;
import io.saddle.run.RunTables;
import io.saddle.serde.Serdes;
import java.time.Clock;
import org.junit.jupiter.api.Test;

class TopicFeedTest {

    @Test
    void untilAllIsReadNobodyIsToldThatThereIsNoDataSet() {
        KafkaSettings nowhere = new KafkaSettings("127.0.0.1:1", "http://127.0.0.1:1");
        Serdes serdes = new Serdes(new MockSchemaRegistryClient());
        TopicFeed feed = new TopicFeed(
                nowhere,
                serdes,
                null,
                new RunTables(),
                new RunHistories(nowhere, serdes, null),
                Clock.systemUTC(),
                new SimpleMeterRegistry());

        assertEquals(
                503, assertThrows(Refusal.class, feed::dataSets).toResponse().getStatus());
        assertEquals(
                503,
                assertThrows(Refusal.class, () -> feed.dataSet("pets"))
                        .toResponse()
                        .getStatus());
    }
}
