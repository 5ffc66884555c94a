package io.saddle.constraintevaluator;

import io.saddle.artifact.ArtifactStore;
import io.saddle.artifact.ArtifactStores;
import io.saddle.kafka.DeadLetters;
import io.saddle.kafka.KafkaSettings;
import io.saddle.kafka.RunTables;
import io.saddle.serde.Serdes;
import io.saddle.service.RunTablesReader;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.inject.Produces;
import jakarta.inject.Singleton;
import java.io.IOException;
import java.net.URI;
import org.eclipse.microprofile.config.inject.ConfigProperty;

/** What the evaluator is built from. */
@ApplicationScoped
public class EvaluatorBeans {

    @Produces
    @Singleton
    ArtifactStore artifacts(@ConfigProperty(name = "saddle.artifacts.root") URI root) throws IOException {
        return ArtifactStores.open(root);
    }

    @Produces
    @Singleton
    RunTablesReader runTables(KafkaSettings kafka, Serdes serdes, DeadLetters deadLetters, RunTables tables) {
        return new RunTablesReader(kafka, serdes, deadLetters, tables, "saddle-constraint-evaluator-tables");
    }
}
