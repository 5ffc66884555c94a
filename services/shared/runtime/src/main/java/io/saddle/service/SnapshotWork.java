package io.saddle.service;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Metrics;
import io.micrometer.core.instrument.Timer;
import io.quarkus.arc.properties.IfBuildProperty;
import io.saddle.artifact.ArtifactException;
import io.saddle.artifact.ArtifactStore;
import io.saddle.kafka.Received;
import io.saddle.kafka.RecordHandler;
import io.saddle.kafka.RefusedException;
import io.saddle.run.RunTables;
import io.saddle.run.spec.RunSpec;
import io.saddle.run.spec.RunSpecParser;
import io.saddle.schema.ModelSnapshot;
import io.saddle.schema.TrainingRun;
import jakarta.inject.Singleton;
import java.io.IOException;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The work on one snapshot after the other. Where it has fallen behind, or reads the past again because its offsets were lost, it
 * skips what is settled, what a newer snapshot of the same run makes needless, what was pruned since, and runs that are deleted. One that cannot be
 * evaluated, or has ended this process twice, is said in an alert and kept with the dead letters, from where it can be replayed when
 * what it lacked is there. One thread at a time.
 */
@Singleton
@IfBuildProperty(name = EvaluatorBeans.EVALUATES_SNAPSHOTS, stringValue = "true")
class SnapshotWork implements RecordHandler<ModelSnapshot> {

    private static final Logger LOG = LoggerFactory.getLogger(SnapshotWork.class);

    private static final Timer EVALUATED = Metrics.timer("saddle.evaluation");
    private static final Counter SKIPPED = Metrics.counter("saddle.evaluation.skipped");

    private final RunTables tables;
    private final SnapshotEvaluation evaluation;
    private final UnfinishedWork unfinished;
    private final UnevaluatedAlerts alerts;
    private final ArtifactStore artifacts;
    private final RunSpecParser parser = new RunSpecParser();
    private NewestSnapshots newest = NewestSnapshots.of(List.of());

    SnapshotWork(
            RunTables tables,
            SnapshotEvaluation evaluation,
            UnfinishedWork unfinished,
            UnevaluatedAlerts alerts,
            ArtifactStore artifacts) {
        this.tables = tables;
        this.evaluation = evaluation;
        this.unfinished = unfinished;
        this.alerts = alerts;
        this.artifacts = artifacts;
    }

    @Override
    public void begin(List<Received<ModelSnapshot>> batch) {
        newest = NewestSnapshots.of(batch.stream().map(Received::value).toList());
    }

    @Override
    public boolean concerns(Received<ModelSnapshot> received) {
        return received.value().getWeights() == evaluation.weights();
    }

    @Override
    public void handle(Received<ModelSnapshot> received) throws Exception {
        ModelSnapshot snapshot = received.value();
        if (tables.isDeleted(snapshot.getRunId())) {
            SKIPPED.increment();
            return;
        }
        Optional<TrainingRun> run = tables.awaitComplete(snapshot.getRunId());
        if (run.isEmpty()) {
            passOverIfGone(snapshot);
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
        boolean followed = newest.follow(snapshot);
        if (!needed && followed || evaluation.isSettled(received, spec)) {
            SKIPPED.increment();
            return;
        }
        try {
            evaluate(received, spec);
        } catch (IOException e) {
            boolean superseded = (!needed || followed) && isGone(snapshot);
            if (!superseded && !tables.isDeleted(snapshot.getRunId())) {
                throw e;
            }
            // Pruned, for its run is far ahead: a newer one comes, and all other runs would wait while this is tried.
            // Or deleted meanwhile.
            SKIPPED.increment();
            // The store of a run whose files were pruned has others of it.
            if (superseded
                    && !followed
                    && artifacts.list(snapshot.getRunId(), "").isEmpty()) {
                LOG.warn(
                        "{}: nothing of the run is in this service's artifact store: the snapshot of step {} is skipped",
                        snapshot.getRunId(),
                        snapshot.getStep());
                alerts.raiseElsewhere(snapshot);
            }
        }
    }

    /**
     * A run that is not known was never defined, or this reader has not come to it: not to be dropped in silence, for the run may
     * wait for the estimate.
     */
    private void passOverIfGone(ModelSnapshot snapshot) throws RefusedException {
        if (!isGone(snapshot)) {
            throw new RefusedException("its run is not known here: no record of '" + snapshot.getRunId()
                    + "' and its constraints was read from saddle.runs and saddle.constraints");
        }
        LOG.warn("{}: a snapshot of a run that nobody defined, and that is gone; skipped", snapshot.getRunId());
        SKIPPED.increment();
    }

    private void evaluate(Received<ModelSnapshot> received, RunSpec spec)
            throws IOException, ExecutionException, InterruptedException {
        ModelSnapshot snapshot = received.value();
        Timer.Sample begun = Timer.start();
        String name = snapshot.getRunId() + "-" + snapshot.getStep() + "-"
                + snapshot.getArtifact().getSha256();
        unfinished.begin(name);
        try {
            evaluation.evaluate(received, spec);
        } finally {
            unfinished.end(name);
        }
        begun.stop(EVALUATED);
    }

    /** A look at the store: that a file is missing may as well be said of data or of a judge. One that is away says nothing. */
    private boolean isGone(ModelSnapshot snapshot) {
        try {
            artifacts.openPart(snapshot.getArtifact(), file -> false);
            return false;
        } catch (ArtifactException e) {
            return e.reason() == ArtifactException.Reason.MISSING;
        } catch (IOException e) {
            return false;
        }
    }

    @Override
    public void hindered(Received<ModelSnapshot> received, Exception why)
            throws ExecutionException, InterruptedException {
        alerts.raiseHindered(received.value(), why);
    }

    @Override
    public void givenUp(Received<ModelSnapshot> received, Exception why)
            throws ExecutionException, InterruptedException {
        alerts.raise(received, why);
    }
}
