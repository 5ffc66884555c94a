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
import java.nio.file.Path;
import java.time.Clock;
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

    /** In place of the service's own: people see which deployment an alert is of. */
    @Produces
    @Singleton
    AlertLog alerts(
            EvaluatorDeployment deployment,
            @ConfigProperty(name = "quarkus.application.name") String service,
            Clock clock) {
        return new AlertLog(deployment.named(service), clock);
    }

    /** Each deployment sees every snapshot, so one has in hand what another has, and they may be given the same folder. */
    @Produces
    @Singleton
    UnfinishedWork unfinishedWork(
            EvaluatorDeployment deployment,
            @ConfigProperty(name = "quarkus.application.name") String service,
            @ConfigProperty(name = "saddle.evaluator.in-hand.dir") Path folder,
            Clock clock) {
        return new UnfinishedWork(folder.resolve(deployment.named(service)), clock);
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
