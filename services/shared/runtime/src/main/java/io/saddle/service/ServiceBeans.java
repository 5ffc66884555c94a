package io.saddle.service;

import io.micrometer.core.instrument.config.MeterFilter;
import io.quarkus.arc.DefaultBean;
import io.quarkus.runtime.StartupEvent;
import io.saddle.artifact.ArtifactStore;
import io.saddle.artifact.access.ArtifactSettings;
import io.saddle.artifact.access.ArtifactStores;
import io.saddle.kafka.ClientMeters;
import io.saddle.kafka.DeadLetters;
import io.saddle.kafka.KafkaSettings;
import io.saddle.kafka.Publisher;
import io.saddle.run.RunTables;
import io.saddle.serde.Serdes;
import io.saddle.tracing.RecordTracing;
import jakarta.annotation.Priority;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import jakarta.enterprise.inject.Disposes;
import jakarta.enterprise.inject.Produces;
import jakarta.inject.Singleton;
import java.io.IOException;
import java.time.Clock;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.eclipse.microprofile.config.Config;
import org.eclipse.microprofile.config.inject.ConfigProperty;
import org.eclipse.microprofile.health.HealthCheck;
import org.eclipse.microprofile.health.HealthCheckResponse;
import org.eclipse.microprofile.health.HealthCheckResponseBuilder;
import org.eclipse.microprofile.health.Readiness;
import org.eclipse.microprofile.health.Startup;

/** The parts of every service, out of its configuration. */
@ApplicationScoped
public class ServiceBeans {

    private static final String CLIENT_PREFIX = "saddle.kafka.";
    private static final String REGISTRY_PREFIX = "saddle.registry.client.";

    /** Before anything is sent. */
    void trace(
            @Observes @Priority(1) StartupEvent event,
            @ConfigProperty(name = "quarkus.otel.sdk.disabled") boolean disabled) {
        if (!disabled) {
            RecordTracing.turnOn();
        }
    }

    /**
     * In place of quarkus-kafka-client's configuration map and broker check: the command line and the lab make their clients from
     * the same settings without Quarkus, a broker's answer does not tell whether a component is at work, and Quarkus measures only
     * clients that its messaging opens, so that {@link ClientMeters} would stay.
     */
    @Produces
    @Singleton
    KafkaSettings kafkaSettings(
            Config config,
            @ConfigProperty(name = "kafka.bootstrap.servers") String bootstrapServers,
            @ConfigProperty(name = "saddle.registry.url") String registryUrl) {
        return new KafkaSettings(
                bootstrapServers, registryUrl, under(config, CLIENT_PREFIX), under(config, REGISTRY_PREFIX));
    }

    @Produces
    @Singleton
    Serdes serdes(KafkaSettings settings) {
        return settings.serdes();
    }

    @Produces
    @Singleton
    KafkaProducer<byte[], byte[]> producer(KafkaSettings settings) {
        KafkaProducer<byte[], byte[]> producer =
                new KafkaProducer<>(settings.producer(), new ByteArraySerializer(), new ByteArraySerializer());
        ClientMeters.of(producer);
        return producer;
    }

    @Produces
    @Singleton
    Publisher publisher(KafkaProducer<byte[], byte[]> producer, Serdes serdes) {
        return new Publisher(producer, serdes);
    }

    void close(@Disposes KafkaProducer<byte[], byte[]> producer) {
        producer.close(Duration.ofSeconds(10));
    }

    @Produces
    @Singleton
    MeterFilter clientMeters() {
        return ClientMeters.filter();
    }

    @Produces
    @Singleton
    DeadLetters deadLetters(
            KafkaProducer<byte[], byte[]> producer, @ConfigProperty(name = "quarkus.application.name") String service) {
        return new DeadLetters(producer, service);
    }

    @Produces
    @Singleton
    ArtifactStore artifacts(Config config) throws IOException {
        return ArtifactStores.open(ArtifactSettings.of(name -> config.getOptionalValue(name, String.class)));
    }

    @Produces
    @Singleton
    RunTables runTables() {
        return new RunTables();
    }

    @Produces
    @Singleton
    Clock clock() {
        return Clock.systemUTC();
    }

    /** Ready while every component is at work. */
    @Produces
    @Readiness
    HealthCheck ready(ServiceLifecycle lifecycle) {
        return () -> components(lifecycle.isReady(), lifecycle.obstacles());
    }

    /**
     * Started once the cluster was reached and every component began. Whether the process lives depends on nothing but itself: a
     * broker that is away is waited for, and an orchestrator that ended services for it would make a short outage a long one.
     */
    @Produces
    @Startup
    HealthCheck started(ServiceLifecycle lifecycle) {
        return () -> components(lifecycle.hasStarted(), lifecycle.obstacles());
    }

    private static HealthCheckResponse components(boolean up, List<String> obstacles) {
        HealthCheckResponseBuilder response =
                HealthCheckResponse.named("components").status(up);
        if (!obstacles.isEmpty()) {
            response.withData("obstacles", String.join("\n", obstacles));
        }
        return response.build();
    }

    /** One for the service as a whole, so that equal alerts are counted together. */
    @Produces
    @Singleton
    @DefaultBean
    AlertLog alerts(@ConfigProperty(name = "quarkus.application.name") String service, Clock clock) {
        return new AlertLog(service, clock);
    }

    private static Map<String, String> under(Config config, String prefix) {
        Map<String, String> settings = new HashMap<>();
        for (String name : config.getPropertyNames()) {
            if (name.startsWith(prefix)) {
                settings.put(name.substring(prefix.length()), config.getValue(name, String.class));
            }
        }
        return settings;
    }
}
