package io.saddle.service;

import io.quarkus.arc.properties.IfBuildProperty;
import io.saddle.kafka.DeadLetters;
import io.saddle.kafka.KafkaSettings;
import io.saddle.kafka.Publisher;
import io.saddle.kafka.RunTables;
import io.saddle.kafka.TopicReader;
import io.saddle.serde.Serdes;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.inject.Produces;
import jakarta.inject.Singleton;
import java.time.Clock;
import org.eclipse.microprofile.config.inject.ConfigProperty;

/**
 * The components of a service that evaluates snapshots: it brings a {@link SnapshotEvaluation} and is built with
 * {@code saddle.service.evaluates-snapshots=true}.
 */
@ApplicationScoped
@IfBuildProperty(name = "saddle.service.evaluates-snapshots", stringValue = "true")
public class EvaluatorBeans {

    @Produces
    @Singleton
    TableReader runTables(
            KafkaSettings kafka,
            Serdes serdes,
            DeadLetters deadLetters,
            RunTables tables,
            @ConfigProperty(name = "quarkus.application.name") String service) {
        return TableReader.of(new TopicReader(kafka, serdes, "saddle-" + service + "-tables", deadLetters), tables);
    }

    @Produces
    @Singleton
    SnapshotListener snapshots(
            KafkaSettings kafka,
            Serdes serdes,
            DeadLetters deadLetters,
            Publisher publisher,
            RunTables tables,
            Clock clock,
            SnapshotEvaluation evaluation,
            @ConfigProperty(name = "quarkus.application.name") String service) {
        return new SnapshotListener(service, kafka, serdes, deadLetters, publisher, tables, clock, evaluation);
    }
}
