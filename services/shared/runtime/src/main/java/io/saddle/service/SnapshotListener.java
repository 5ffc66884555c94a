package io.saddle.service;

import io.saddle.artifact.ArtifactException;
import io.saddle.kafka.BatchWorker;
import io.saddle.kafka.DeadLetters;
import io.saddle.kafka.KafkaSettings;
import io.saddle.kafka.Publisher;
import io.saddle.kafka.Received;
import io.saddle.kafka.RunTables;
import io.saddle.schema.Alert;
import io.saddle.schema.AlertKind;
import io.saddle.schema.ModelSnapshot;
import io.saddle.schema.Severity;
import io.saddle.schema.TrainingRun;
import io.saddle.serde.Serdes;
import io.saddle.spec.RunSpec;
import io.saddle.spec.RunSpecParser;
import io.saddle.topic.Topics;
import java.io.IOException;
import java.time.Clock;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import org.apache.kafka.common.KafkaException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Consumes saddle.snapshots as one of a service's group and has each evaluated, at least once. When it has fallen behind, it
 * skips what a newer snapshot of the same run makes needless.
 */
public class SnapshotListener implements Component {

    private static final Logger LOG = LoggerFactory.getLogger(SnapshotListener.class);

    private final String service;
    private final RunTables tables;
    private final Publisher publisher;
    private final Clock clock;
    private final SnapshotEvaluation evaluation;
    private final RunSpecParser parser = new RunSpecParser();
    private final BatchWorker<ModelSnapshot> worker;

    public SnapshotListener(
            String service,
            KafkaSettings kafka,
            Serdes serdes,
            DeadLetters deadLetters,
            Publisher publisher,
            RunTables tables,
            Clock clock,
            SnapshotEvaluation evaluation) {
        this.service = service;
        this.tables = tables;
        this.publisher = publisher;
        this.clock = clock;
        this.evaluation = evaluation;
        this.worker =
                new BatchWorker<>(kafka, serdes, "saddle-" + service, Topics.SNAPSHOTS, deadLetters, this::handle);
    }

    @Override
    public void start() {
        worker.start();
    }

    @Override
    public void stop() {
        worker.close();
    }

    private void handle(List<Received<ModelSnapshot>> batch) throws ExecutionException, InterruptedException {
        List<ModelSnapshot> snapshots = batch.stream().map(Received::value).toList();
        for (ModelSnapshot snapshot : snapshots) {
            if (snapshot.getWeights() != evaluation.weights()) {
                continue;
            }
            Optional<TrainingRun> run = tables.awaitComplete(snapshot.getRunId());
            if (run.isEmpty()) {
                LOG.warn("{}: a snapshot of a run that nobody defined; skipped", snapshot.getRunId());
                continue;
            }
            evaluate(snapshot, run.get(), isFollowed(snapshot, snapshots));
        }
    }

    /** Whether a newer snapshot of the same weights of the same run is among {@code snapshots}. */
    static boolean isFollowed(ModelSnapshot snapshot, List<ModelSnapshot> snapshots) {
        return snapshots.stream()
                .anyMatch(other -> other.getRunId().equals(snapshot.getRunId())
                        && other.getWeights() == snapshot.getWeights()
                        && other.getStep() > snapshot.getStep());
    }

    private void evaluate(ModelSnapshot snapshot, TrainingRun run, boolean followed)
            throws ExecutionException, InterruptedException {
        try {
            RunSpec spec = parser.fromJson(run.getSpec());
            if (!followed || !evaluation.mayBeSkipped(snapshot, spec)) {
                evaluation.evaluate(snapshot, spec);
            }
        } catch (KafkaException e) {
            throw e;
        } catch (IOException | RuntimeException e) {
            LOG.error("{} step {}: not evaluated: {}", snapshot.getRunId(), snapshot.getStep(), e.getMessage());
            publisher
                    .send(Topics.ALERTS, snapshot.getRunId(), alert(snapshot, e))
                    .get();
        }
    }

    private Alert alert(ModelSnapshot snapshot, Exception e) {
        boolean damaged = e instanceof ArtifactException;
        return Alert.newBuilder()
                .setRunId(snapshot.getRunId())
                .setKind(damaged ? AlertKind.DAMAGED_ARTIFACT : AlertKind.OTHER)
                .setSeverity(Severity.ERROR)
                .setMessage("the snapshot of step " + snapshot.getStep() + " was not evaluated: " + e.getMessage())
                .setRemedy(evaluation.remedy())
                .setStep(snapshot.getStep())
                .setService(service)
                .setRaisedAt(clock.instant())
                .build();
    }
}
