package io.saddle.service;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Metrics;
import io.micrometer.core.instrument.Timer;
import io.quarkus.arc.properties.IfBuildProperty;
import io.saddle.artifact.ArtifactException;
import io.saddle.kafka.BatchWorker;
import io.saddle.kafka.DeadLetters;
import io.saddle.kafka.KafkaSettings;
import io.saddle.kafka.Publisher;
import io.saddle.kafka.Received;
import io.saddle.run.RunTables;
import io.saddle.run.spec.RunSpec;
import io.saddle.run.spec.RunSpecParser;
import io.saddle.schema.Alert;
import io.saddle.schema.AlertKind;
import io.saddle.schema.ModelSnapshot;
import io.saddle.schema.Severity;
import io.saddle.schema.TrainingRun;
import io.saddle.serde.Serdes;
import io.saddle.topic.Topics;
import jakarta.inject.Singleton;
import java.io.IOException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import org.eclipse.microprofile.config.inject.ConfigProperty;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Consumes saddle.snapshots as one of a service's group and has each evaluated. When it has fallen behind, or reads the past again
 * because its offsets were lost, it skips what is settled, what a newer snapshot of the same run makes needless, and what was pruned
 * since. One that cannot be evaluated, or has ended this process twice, is said in an alert and kept with the dead letters, from
 * where it can be replayed when what it lacked is there.
 */
@Singleton
@IfBuildProperty(name = EvaluatorBeans.EVALUATES_SNAPSHOTS, stringValue = "true")
public class SnapshotConsumer implements ServiceComponent, BatchWorker.Work<ModelSnapshot> {

    private static final Logger LOG = LoggerFactory.getLogger(SnapshotConsumer.class);

    private static final Timer EVALUATED = Metrics.timer("saddle.evaluation");
    private static final Counter SKIPPED = Metrics.counter("saddle.evaluation.skipped");

    private final RunTables tables;
    private final Publisher publisher;
    private final AlertLog alerts;
    private final SnapshotEvaluation evaluation;
    private final UnfinishedWork unfinished;
    private final RunSpecParser parser = new RunSpecParser();
    private final BatchWorker<ModelSnapshot> worker;
    /** The record that was given up last, and its alert: raised once, however often it has to be sent. */
    private Received<ModelSnapshot> givenUp;

    private Optional<Alert> alert = Optional.empty();

    SnapshotConsumer(
            KafkaSettings kafka,
            Serdes serdes,
            DeadLetters deadLetters,
            Publisher publisher,
            RunTables tables,
            Clock clock,
            SnapshotEvaluation evaluation,
            EvaluatorDeployment deployment,
            @ConfigProperty(name = "quarkus.application.name") String name,
            @ConfigProperty(name = "saddle.evaluator.patience") Duration patience,
            @ConfigProperty(name = "saddle.evaluator.in-hand.dir") Path inHand) {
        String service = deployment.named(name);
        this.tables = tables;
        this.publisher = publisher;
        this.alerts = new AlertLog(service, clock);
        this.evaluation = evaluation;
        this.unfinished = new UnfinishedWork(inHand, clock);
        this.worker =
                new BatchWorker<>(kafka, serdes, "saddle-" + service, Topics.SNAPSHOTS, deadLetters, this, patience);
    }

    @Override
    public void start() {
        worker.start();
    }

    @Override
    public void stop() {
        worker.close();
    }

    @Override
    public Optional<String> obstacle() {
        return worker.obstacle();
    }

    @Override
    public void handle(Received<ModelSnapshot> received, List<Received<ModelSnapshot>> batch) throws Exception {
        ModelSnapshot snapshot = received.value();
        if (snapshot.getWeights() != evaluation.weights()) {
            return;
        }
        Optional<TrainingRun> run = tables.awaitComplete(snapshot.getRunId());
        if (run.isEmpty()) {
            LOG.warn("{}: a snapshot of a run that nobody defined; skipped", snapshot.getRunId());
            return;
        }
        if (!tables.awaitVersions(snapshot.getRunId(), snapshot.getConstraintVersions())) {
            LOG.warn(
                    "{}: constraints are not known in the versions {} of the snapshot of step {}; measured as they are known",
                    snapshot.getRunId(),
                    snapshot.getConstraintVersions(),
                    snapshot.getStep());
        }
        RunSpec spec = parser.fromJson(run.get().getSpec());
        boolean needed = !evaluation.mayBeSkipped(snapshot, spec);
        boolean followed =
                isFollowed(snapshot, batch.stream().map(Received::value).toList());
        if (!needed && followed || evaluation.isSettled(received, spec)) {
            SKIPPED.increment();
            return;
        }
        Timer.Sample begun = Timer.start();
        String name = snapshot.getRunId() + "-" + snapshot.getStep() + "-"
                + snapshot.getArtifact().getSha256();
        unfinished.begin(name);
        try {
            evaluation.evaluate(snapshot, spec);
        } catch (IOException e) {
            if (needed && !followed || !isGone(e)) {
                throw e;
            }
            // Its run has got so far ahead that it was pruned. A newer one is there or on its way, and while this one
            // is
            // tried again every other run would wait.
            SKIPPED.increment();
            return;
        } finally {
            unfinished.end(name);
        }
        begun.stop(EVALUATED);
    }

    /** True if the snapshot's files are not there any more. */
    static boolean isGone(IOException e) {
        return e instanceof NoSuchFileException
                || (e instanceof ArtifactException artifact && artifact.reason() == ArtifactException.Reason.MISSING);
    }

    @Override
    public void givenUp(Received<ModelSnapshot> received, Exception why)
            throws ExecutionException, InterruptedException {
        if (received != givenUp) {
            givenUp = received;
            alert = alert(received.value(), why);
        }
        if (alert.isPresent()) {
            publisher
                    .send(Topics.ALERTS, received.value().getRunId(), alert.get())
                    .get();
        }
    }

    /** True if a newer snapshot of the same weights of the same run is among {@code snapshots}. */
    static boolean isFollowed(ModelSnapshot snapshot, List<ModelSnapshot> snapshots) {
        return snapshots.stream()
                .anyMatch(other -> other.getRunId().equals(snapshot.getRunId())
                        && other.getWeights() == snapshot.getWeights()
                        && other.getStep() > snapshot.getStep());
    }

    private Optional<Alert> alert(ModelSnapshot snapshot, Exception e) {
        return alerts.raise(
                snapshot.getRunId(),
                e instanceof ArtifactException ? AlertKind.DAMAGED_ARTIFACT : AlertKind.OTHER,
                Severity.ERROR,
                "the snapshot of step " + snapshot.getStep() + " was not evaluated: " + e.getMessage(),
                evaluation.remedy(),
                snapshot.getStep());
    }
}
