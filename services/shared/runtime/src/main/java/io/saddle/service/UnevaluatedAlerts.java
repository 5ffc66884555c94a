package io.saddle.service;

import io.quarkus.arc.properties.IfBuildProperty;
import io.saddle.artifact.ArtifactException;
import io.saddle.artifact.DurableFiles;
import io.saddle.kafka.Publisher;
import io.saddle.kafka.Received;
import io.saddle.kafka.RefusedException;
import io.saddle.schema.Alert;
import io.saddle.schema.AlertKind;
import io.saddle.schema.ModelSnapshot;
import io.saddle.schema.Severity;
import io.saddle.topic.Topics;
import jakarta.inject.Singleton;
import java.io.IOException;
import java.util.Optional;
import java.util.concurrent.ExecutionException;

/**
 * Alerts that a snapshot is not evaluated. Raised once for each record that is given up, however often it has to be sent; for one that is tried
 * on, now and then. One thread.
 */
@Singleton
@IfBuildProperty(name = EvaluatorBeans.EVALUATES_SNAPSHOTS, stringValue = "true")
class UnevaluatedAlerts {

    private final AlertLog log;
    private final Publisher publisher;
    private final SnapshotEvaluation evaluation;
    private Received<ModelSnapshot> last;
    private Optional<Alert> alert = Optional.empty();

    UnevaluatedAlerts(AlertLog log, Publisher publisher, SnapshotEvaluation evaluation) {
        this.log = log;
        this.publisher = publisher;
        this.evaluation = evaluation;
    }

    /**
     * Returns when the alert is durable on its topic, or an equal one was sent shortly before.
     *
     * @throws ExecutionException if it could not be written; called again, it is sent again
     */
    void raise(Received<ModelSnapshot> received, Exception why) throws ExecutionException, InterruptedException {
        if (received != last) {
            last = received;
            alert = of(received.value(), why);
        }
        if (alert.isPresent()) {
            publisher
                    .send(Topics.ALERTS, received.value().getRunId(), alert.get())
                    .get();
        }
    }

    /**
     * Says what hinders the evaluation of a snapshot, which goes on by itself.
     *
     * @throws ExecutionException if it could not be written
     */
    void raiseHindered(ModelSnapshot snapshot, Exception why) throws ExecutionException, InterruptedException {
        boolean isFull = why instanceof IOException io && DurableFiles.hasNoRoom(io);
        String wrong = "the snapshot of step " + snapshot.getStep() + " waits to be evaluated: ";
        Optional<Alert> hindered = log.raise(
                wrong + why.getClass().getSimpleName(),
                snapshot.getRunId(),
                isFull ? AlertKind.DISK_FULL : AlertKind.OTHER,
                Severity.ERROR,
                wrong + why.getMessage(),
                (isFull ? "make room on this evaluator's disk" : "see to what is named")
                        + "; it is tried every few seconds, and goes on by itself",
                snapshot.getStep());
        if (hindered.isPresent()) {
            publisher.send(Topics.ALERTS, snapshot.getRunId(), hindered.get()).get();
        }
    }

    /**
     * Says that a snapshot is passed over, since the store has nothing of its run.
     *
     * @throws ExecutionException if it could not be written
     */
    void raiseElsewhere(ModelSnapshot snapshot) throws ExecutionException, InterruptedException {
        Optional<Alert> elsewhere = log.raise(
                snapshot.getRunId(),
                AlertKind.OTHER,
                Severity.ERROR,
                "the snapshot of step " + snapshot.getStep()
                        + " was not evaluated: nothing of the run is in this evaluator's artifact store",
                "mount the trainer's artifact store for it, or name it in saddle.artifacts.root; later snapshots are evaluated by themselves",
                snapshot.getStep());
        if (elsewhere.isPresent()) {
            publisher.send(Topics.ALERTS, snapshot.getRunId(), elsewhere.get()).get();
        }
    }

    private Optional<Alert> of(ModelSnapshot snapshot, Exception why) {
        String wrong = "the snapshot of step " + snapshot.getStep() + " was not evaluated: ";
        // The finished model's is said whatever was said of earlier ones: somebody waits for its score.
        String apart = snapshot.getLast() ? "finished: " : "";
        return log.raise(
                apart + wrong + (why instanceof RefusedException refused ? refused.reason() : why.getMessage()),
                snapshot.getRunId(),
                why instanceof ArtifactException ? AlertKind.DAMAGED_ARTIFACT : AlertKind.OTHER,
                Severity.ERROR,
                wrong + why.getMessage(),
                evaluation.remedy(),
                snapshot.getStep());
    }
}
