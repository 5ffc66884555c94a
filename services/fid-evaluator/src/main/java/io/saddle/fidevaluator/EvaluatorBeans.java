package io.saddle.fidevaluator;

import io.saddle.kafka.DeadLetters;
import io.saddle.kafka.KafkaSettings;
import io.saddle.kafka.RunTables;
import io.saddle.serde.Serdes;
import io.saddle.service.RunTablesReader;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.inject.Produces;
import jakarta.inject.Singleton;

/** What the evaluator is built from, besides what every service has. */
@ApplicationScoped
public class EvaluatorBeans {

    @Produces
    @Singleton
    RunTablesReader runTables(KafkaSettings kafka, Serdes serdes, DeadLetters deadLetters, RunTables tables) {
        return new RunTablesReader(kafka, serdes, deadLetters, tables, "saddle-fid-evaluator-tables");
    }
}
