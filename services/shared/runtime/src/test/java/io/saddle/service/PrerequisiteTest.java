package io.saddle.service;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.confluent.kafka.schemaregistry.avro.AvroSchema;
import io.confluent.kafka.schemaregistry.client.MockSchemaRegistryClient;
import io.saddle.kafka.Publisher;
import io.saddle.serde.Serdes;
import io.saddle.topic.Topics;
import java.time.Clock;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import org.apache.kafka.clients.producer.MockProducer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class PrerequisiteTest {

    private final MockProducer<byte[], byte[]> producer =
            new MockProducer<>(true, null, new ByteArraySerializer(), new ByteArraySerializer());
    private final Serdes serdes = new Serdes(new MockSchemaRegistryClient());
    private volatile boolean there;

    private final Prerequisite libtorch = new Prerequisite(
            "libtorch",
            () -> {
                if (!there) {
                    throw new ExceptionInInitializerError(new IllegalStateException(
                            "failed to load", new UnsatisfiedLinkError("libtorch_cpu.so: no such file")));
                }
            },
            "look at DJL_CACHE_DIR",
            new Publisher(producer, serdes),
            new AlertLog("a-service", Clock.systemUTC()),
            Duration.ofMillis(10));

    @BeforeEach
    void register() throws Exception {
        serdes.registry().register(Topics.ALERTS.subject(), new AvroSchema(Topics.ALERTS.schema()));
    }

    @Test
    void whatIsMissingIsSaidOnceWithTheRemedyAndTriedUntilItIsThere() {
        CompletableFuture<Void> started = start();
        await().until(() -> !libtorch.isReady());
        assertEquals(
                "libtorch cannot be used: libtorch_cpu.so: no such file; look at DJL_CACHE_DIR",
                libtorch.obstacle().orElseThrow());
        assertFalse(started.isDone(), "nothing that stands behind it begins");

        there = true;
        await().until(started::isDone);
        assertTrue(libtorch.isReady());
        assertEquals(1, producer.history().size(), "one alert");
    }

    /** The service would not start at all then: the broker that takes no alert may be back before what is missing. */
    @Test
    void anAlertThatCannotBeSentDoesNotEndTheStart() throws Exception {
        producer.close();
        CompletableFuture<Void> started = start();
        await().until(() -> !libtorch.isReady() || started.isDone());
        there = true;
        started.get();
        assertTrue(libtorch.isReady());
    }

    private CompletableFuture<Void> start() {
        return CompletableFuture.runAsync(() -> {
            try {
                libtorch.start();
            } catch (InterruptedException e) {
                throw new IllegalStateException(e);
            }
        });
    }
}
