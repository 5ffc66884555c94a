package io.saddle.service;

import io.confluent.kafka.schemaregistry.avro.AvroSchema;
import io.confluent.kafka.schemaregistry.client.MockSchemaRegistryClient;
import io.confluent.kafka.schemaregistry.client.rest.exceptions.RestClientException;
import io.saddle.kafka.Publisher;
import io.saddle.schema.Alert;
import io.saddle.serde.Serdes;
import io.saddle.topic.Topics;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Clock;
import java.util.List;
import org.apache.kafka.clients.producer.MockProducer;
import org.apache.kafka.common.serialization.ByteArraySerializer;

/** Alerts of snapshots that are not evaluated, and what of them has gone to their topic. */
final class SaidAlerts {

    private final MockProducer<byte[], byte[]> producer =
            new MockProducer<>(true, null, new ByteArraySerializer(), new ByteArraySerializer());
    private final Serdes serdes = new Serdes(new MockSchemaRegistryClient());
    private final UnevaluatedAlerts alerts = new UnevaluatedAlerts(
            new AlertLog("an-evaluator", Clock.systemUTC()), new Publisher(producer, serdes), new NoEvaluation());

    SaidAlerts() {
        try {
            serdes.registry().register(Topics.ALERTS.subject(), new AvroSchema(Topics.ALERTS.schema()));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (RestClientException e) {
            throw new IllegalStateException(e);
        }
    }

    UnevaluatedAlerts alerts() {
        return alerts;
    }

    List<String> messages() {
        return producer.history().stream()
                .map(record -> serdes.deserializer(Topics.ALERTS).deserialize(Topics.ALERTS.name(), record.value()))
                .map(Alert::getMessage)
                .toList();
    }
}
