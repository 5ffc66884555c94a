package io.saddle.service;

import io.quarkus.arc.properties.IfBuildProperty;
import io.saddle.kafka.BatchWorker;
import io.saddle.kafka.DeadLetters;
import io.saddle.kafka.KafkaSettings;
import io.saddle.schema.ModelSnapshot;
import io.saddle.serde.Serdes;
import io.saddle.topic.Topics;
import jakarta.inject.Singleton;
import java.io.IOException;
import java.time.Duration;
import java.util.Optional;
import org.eclipse.microprofile.config.inject.ConfigProperty;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Consumes saddle.snapshots as one of a service's group: {@link SnapshotWork} has each evaluated. */
@Singleton
@IfBuildProperty(name = EvaluatorBeans.EVALUATES_SNAPSHOTS, stringValue = "true")
public class SnapshotConsumer implements ServiceComponent {

    private static final Logger LOG = LoggerFactory.getLogger(SnapshotConsumer.class);

    private final UnfinishedWork unfinished;
    private final BatchWorker<ModelSnapshot> worker;

    SnapshotConsumer(
            KafkaSettings kafka,
            Serdes serdes,
            DeadLetters deadLetters,
            SnapshotWork work,
            UnfinishedWork unfinished,
            EvaluatorDeployment deployment,
            @ConfigProperty(name = "quarkus.application.name") String name,
            @ConfigProperty(name = "saddle.evaluator.patience") Duration patience) {
        this.unfinished = unfinished;
        String group = "saddle-" + deployment.named(name);
        this.worker = new BatchWorker<>(
                kafka, serdes, group, Topics.SNAPSHOTS, deadLetters, work, patience, System::nanoTime);
    }

    @Override
    public void start() {
        worker.start();
    }

    /** What is in hand may take longer than the process is given to end. */
    @Override
    public void stop() {
        try {
            unfinished.endAll();
        } catch (IOException e) {
            LOG.warn("a mark of what is in hand stays, and will count as if it had ended this process", e);
        }
        worker.close();
    }

    @Override
    public Optional<String> obstacle() {
        return worker.obstacle();
    }
}
