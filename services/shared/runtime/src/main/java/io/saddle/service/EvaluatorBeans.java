package io.saddle.service;

import io.quarkus.arc.properties.IfBuildProperty;
import io.quarkus.runtime.configuration.MemorySize;
import io.saddle.kafka.DeadLetters;
import io.saddle.kafka.KafkaSettings;
import io.saddle.kafka.TopicReader;
import io.saddle.run.RunTables;
import io.saddle.serde.Serdes;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.inject.Produces;
import jakarta.inject.Singleton;
import java.util.Optional;
import org.eclipse.microprofile.config.inject.ConfigProperty;

/**
 * The components of a service that evaluates snapshots, beside {@link SnapshotConsumer}: it brings a {@link SnapshotEvaluation} and
 * is built with {@code saddle.service.evaluates-snapshots=true}.
 */
@ApplicationScoped
@IfBuildProperty(name = EvaluatorBeans.EVALUATES_SNAPSHOTS, stringValue = "true")
public class EvaluatorBeans {

    static final String EVALUATES_SNAPSHOTS = "saddle.service.evaluates-snapshots";

    @Produces
    @Singleton
    EvaluatorDeployment deployment(@ConfigProperty(name = "saddle.evaluator.deployment") Optional<String> name) {
        return EvaluatorDeployment.of(name);
    }

    @Produces
    @Singleton
    MemoryLimit memoryLimit(@ConfigProperty(name = "saddle.memory.limit") Optional<MemorySize> limit) {
        return MemoryLimit.of(limit);
    }

    @Produces
    @Singleton
    TableReader runTables(
            KafkaSettings kafka,
            Serdes serdes,
            DeadLetters deadLetters,
            RunTables tables,
            EvaluatorDeployment deployment,
            @ConfigProperty(name = "quarkus.application.name") String service) {
        String reader = "saddle-" + deployment.named(service) + "-tables";
        return TableReader.of(new TopicReader(kafka, serdes, reader, deadLetters), tables);
    }
}
