package io.saddle.primaltrainer;

import io.saddle.artifact.ArtifactStore;
import io.saddle.binding.SelectedData;
import io.saddle.kafka.DeadLetters;
import io.saddle.kafka.KafkaSettings;
import io.saddle.kafka.RunTables;
import io.saddle.kafka.TopicReader;
import io.saddle.serde.Serdes;
import io.saddle.service.Component;
import io.saddle.service.RunTablesReader;
import io.saddle.topic.Topics;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.inject.Produces;
import jakarta.inject.Singleton;
import java.time.Clock;
import org.eclipse.microprofile.config.inject.ConfigProperty;

/** What the trainer is built from. */
@ApplicationScoped
public class TrainerBeans {

    @Produces
    @Singleton
    RunTablesReader runTables(KafkaSettings kafka, Serdes serdes, DeadLetters deadLetters, RunTables tables) {
        return new RunTablesReader(kafka, serdes, deadLetters, tables, "saddle-primal-trainer-tables");
    }

    @Produces
    @Singleton
    RunStatusTable statuses() {
        return new RunStatusTable();
    }

    @Produces
    @Singleton
    StatusReader statusReader(KafkaSettings kafka, Serdes serdes, DeadLetters deadLetters, RunStatusTable statuses) {
        return new StatusReader(kafka, serdes, deadLetters, statuses);
    }

    @Produces
    @Singleton
    RunSupervisor supervisor(
            KafkaSettings kafka,
            Serdes serdes,
            DeadLetters deadLetters,
            RunTables tables,
            RunStatusTable statuses,
            ArtifactStore artifacts,
            Clock clock,
            @ConfigProperty(name = "saddle.trainer.worker") String worker,
            @ConfigProperty(name = "saddle.trainer.threads") int threads,
            @ConfigProperty(name = "saddle.trainer.max-concurrent-runs") int maxConcurrentRuns,
            @ConfigProperty(name = "quarkus.application.version") String build) {
        RunTrainer.Environment environment = new RunTrainer.Environment(
                kafka, serdes, deadLetters, tables, artifacts, new SelectedData(), clock, worker, build, threads);
        return new RunSupervisor(tables, statuses, runId -> new RunTrainer(environment, runId), maxConcurrentRuns);
    }

    /** Reads saddle.run-status, so that a finished run is not taken up again. */
    static final class StatusReader implements Component {
        private final TopicReader reader;

        StatusReader(KafkaSettings kafka, Serdes serdes, DeadLetters deadLetters, RunStatusTable statuses) {
            reader = new TopicReader(kafka, serdes, "saddle-primal-trainer-status", deadLetters)
                    .on(Topics.RUN_STATUS, received -> {
                        if (received.value() != null) {
                            statuses.put(received.value());
                        }
                    });
        }

        @Override
        public void start() throws Exception {
            reader.start().caughtUp().get();
        }

        @Override
        public void stop() {
            reader.close();
        }

        @Override
        public int order() {
            return -1;
        }
    }
}
