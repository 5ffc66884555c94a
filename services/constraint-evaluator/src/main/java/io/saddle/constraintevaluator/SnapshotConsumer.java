package io.saddle.constraintevaluator;

import io.saddle.kafka.BatchWorker;
import io.saddle.kafka.DeadLetters;
import io.saddle.kafka.KafkaSettings;
import io.saddle.kafka.Publisher;
import io.saddle.kafka.Received;
import io.saddle.kafka.RunTables;
import io.saddle.schema.Alert;
import io.saddle.schema.AlertKind;
import io.saddle.schema.ConstraintDefinition;
import io.saddle.schema.LossEstimate;
import io.saddle.schema.ModelSnapshot;
import io.saddle.schema.Severity;
import io.saddle.schema.SnapshotWeights;
import io.saddle.schema.TrainingRun;
import io.saddle.serde.Serdes;
import io.saddle.service.Component;
import io.saddle.spec.RunSpec;
import io.saddle.spec.RunSpecParser;
import io.saddle.topic.Topics;
import jakarta.enterprise.context.ApplicationScoped;
import java.io.IOException;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Future;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Consumes RAW snapshots, produces loss estimates. Every snapshot of a LOCKSTEP run is measured; of an ASYNC run that has got
 * ahead only the newest.
 */
@ApplicationScoped
public class SnapshotConsumer implements Component {

    private static final Logger LOG = LoggerFactory.getLogger(SnapshotConsumer.class);
    private static final String SERVICE = "constraint-evaluator";

    private final RunTables tables;
    private final SnapshotEvaluator evaluator;
    private final Publisher publisher;
    private final Clock clock;
    private final RunSpecParser parser = new RunSpecParser();
    private final BatchWorker<ModelSnapshot> worker;

    public SnapshotConsumer(
            KafkaSettings kafka,
            Serdes serdes,
            DeadLetters deadLetters,
            KafkaProducer<byte[], byte[]> producer,
            RunTables tables,
            SnapshotEvaluator evaluator,
            Clock clock) {
        this.tables = tables;
        this.evaluator = evaluator;
        this.publisher = new Publisher(producer, serdes);
        this.clock = clock;
        this.worker =
                new BatchWorker<>(kafka, serdes, "saddle-" + SERVICE, Topics.SNAPSHOTS, deadLetters, this::handle);
    }

    @Override
    public void start() {
        worker.start();
    }

    @Override
    public void stop() {
        worker.close();
    }

    private void handle(List<Received<ModelSnapshot>> batch) throws Exception {
        List<ModelSnapshot> raw = batch.stream()
                .map(Received::value)
                .filter(snapshot -> snapshot.getWeights() == SnapshotWeights.RAW)
                .toList();
        for (int i = 0; i < raw.size(); i++) {
            ModelSnapshot snapshot = raw.get(i);
            Optional<TrainingRun> run = tables.awaitComplete(snapshot.getRunId());
            if (run.isEmpty()) {
                LOG.warn("{}: a snapshot of a run that nobody defined; skipped", snapshot.getRunId());
                continue;
            }
            RunSpec spec = parser.fromJson(run.get().getSpec());
            boolean newerFollows = raw.subList(i + 1, raw.size()).stream()
                    .anyMatch(later -> later.getRunId().equals(snapshot.getRunId()));
            if (spec.dual().mode() == RunSpec.Mode.LOCKSTEP || !newerFollows) {
                publish(evaluate(snapshot, spec));
            }
        }
    }

    private List<LossEstimate> evaluate(ModelSnapshot snapshot, RunSpec spec) {
        List<ConstraintDefinition> definitions = tables.constraints(snapshot.getRunId()).stream()
                .filter(evaluator::offers)
                .toList();
        if (definitions.isEmpty()) {
            return List.of();
        }
        try {
            List<LossEstimate> estimates = evaluator.evaluate(snapshot, spec, definitions);
            LOG.debug("{} step {}: {}", snapshot.getRunId(), snapshot.getStep(), estimates);
            return estimates;
        } catch (IOException | IllegalArgumentException e) {
            LOG.error("{} step {}: not measured: {}", snapshot.getRunId(), snapshot.getStep(), e.getMessage());
            alert(snapshot, e.getMessage());
            return List.of();
        }
    }

    private void alert(ModelSnapshot snapshot, String reason) {
        publisher.send(
                Topics.ALERTS,
                snapshot.getRunId(),
                Alert.newBuilder()
                        .setRunId(snapshot.getRunId())
                        .setKind(AlertKind.DAMAGED_ARTIFACT)
                        .setSeverity(Severity.ERROR)
                        .setMessage("the snapshot of step " + snapshot.getStep() + " was not measured: " + reason)
                        .setRemedy("check the artifact store and the constraint's data; a LOCKSTEP run goes on when its"
                                + " trainer is restarted and announces the snapshot again")
                        .setStep(snapshot.getStep())
                        .setService(SERVICE)
                        .setRaisedAt(clock.instant())
                        .build());
    }

    private void publish(List<LossEstimate> estimates) throws Exception {
        List<Future<?>> sent = new ArrayList<>();
        for (LossEstimate estimate : estimates) {
            sent.add(publisher.send(Topics.LOSS_ESTIMATES, estimate.getRunId(), estimate));
        }
        for (Future<?> future : sent) {
            future.get();
        }
    }
}
