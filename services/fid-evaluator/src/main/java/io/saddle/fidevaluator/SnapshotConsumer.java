package io.saddle.fidevaluator;

import io.saddle.kafka.BatchWorker;
import io.saddle.kafka.DeadLetters;
import io.saddle.kafka.KafkaSettings;
import io.saddle.kafka.Publisher;
import io.saddle.kafka.Received;
import io.saddle.kafka.RunTables;
import io.saddle.schema.Alert;
import io.saddle.schema.AlertKind;
import io.saddle.schema.FidScore;
import io.saddle.schema.ModelSnapshot;
import io.saddle.schema.Severity;
import io.saddle.schema.SnapshotWeights;
import io.saddle.schema.TrainingRun;
import io.saddle.serde.Serdes;
import io.saddle.service.Component;
import io.saddle.spec.RunSpecParser;
import io.saddle.topic.Topics;
import jakarta.enterprise.context.ApplicationScoped;
import java.io.IOException;
import java.time.Clock;
import java.util.List;
import java.util.Optional;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Consumes EMA snapshots, produces FID scores. One that has fallen behind skips to a run's newest, never past its last. */
@ApplicationScoped
public class SnapshotConsumer implements Component {

    private static final Logger LOG = LoggerFactory.getLogger(SnapshotConsumer.class);
    private static final String SERVICE = "fid-evaluator";

    private final RunTables tables;
    private final SnapshotScorer scorer;
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
            SnapshotScorer scorer,
            Clock clock) {
        this.tables = tables;
        this.scorer = scorer;
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
        for (ModelSnapshot snapshot :
                worthScoring(batch.stream().map(Received::value).toList())) {
            Optional<TrainingRun> run = tables.awaitComplete(snapshot.getRunId());
            if (run.isEmpty()) {
                LOG.warn("{}: a snapshot of a run that nobody defined; skipped", snapshot.getRunId());
                continue;
            }
            try {
                FidScore score =
                        scorer.score(snapshot, parser.fromJson(run.get().getSpec()));
                publisher.send(Topics.FID_SCORES, score.getRunId(), score).get();
                LOG.info(
                        "{} step {}: FID {} over {} images",
                        score.getRunId(),
                        score.getStep(),
                        score.getFid(),
                        score.getImages());
            } catch (IOException | IllegalArgumentException e) {
                LOG.error("{} step {}: not scored: {}", snapshot.getRunId(), snapshot.getStep(), e.getMessage());
                publisher
                        .send(Topics.ALERTS, snapshot.getRunId(), alert(snapshot, e.getMessage()))
                        .get();
            }
        }
    }

    /** The EMA snapshots of a batch without those that a newer one of the same run follows; a run's last is always kept. */
    static List<ModelSnapshot> worthScoring(List<ModelSnapshot> batch) {
        List<ModelSnapshot> ema = batch.stream()
                .filter(snapshot -> snapshot.getWeights() == SnapshotWeights.EMA)
                .toList();
        return ema.stream()
                .filter(snapshot -> snapshot.getLast()
                        || ema.stream()
                                .noneMatch(other -> other.getRunId().equals(snapshot.getRunId())
                                        && other.getStep() > snapshot.getStep()))
                .toList();
    }

    private Alert alert(ModelSnapshot snapshot, String reason) {
        return Alert.newBuilder()
                .setRunId(snapshot.getRunId())
                .setKind(AlertKind.DAMAGED_ARTIFACT)
                .setSeverity(Severity.WARNING)
                .setMessage("the snapshot of step " + snapshot.getStep() + " was not scored: " + reason)
                .setRemedy("check the artifact store and the reference data; training is not affected")
                .setStep(snapshot.getStep())
                .setService(SERVICE)
                .setRaisedAt(clock.instant())
                .build();
    }
}
