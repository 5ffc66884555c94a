package io.saddle.console;

import io.saddle.artifact.ArtifactStore;
import io.saddle.model.RunMark;
import io.saddle.schema.Alert;
import io.saddle.schema.AlertKind;
import io.saddle.schema.RunStatus;
import io.saddle.schema.Severity;
import io.saddle.schema.TrainingRun;
import io.saddle.service.AlertLog;
import io.saddle.topic.Topics;
import jakarta.enterprise.context.ApplicationScoped;
import java.io.IOException;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The owners of what lies under runs' names in the artifact store: another cluster's run of a name may have its files there, or another store lie there. */
@ApplicationScoped
public class FileOwners {

    private static final Logger LOG = LoggerFactory.getLogger(FileOwners.class);

    private final TopicFeed feed;
    private final ArtifactStore artifacts;
    private final AlertLog alerts;
    private final RecordWriter records;
    private final Map<String, String> told = new ConcurrentHashMap<>();
    private final Map<String, Alert> unwritten = new ConcurrentHashMap<>();

    public FileOwners(TopicFeed feed, ArtifactStore artifacts, AlertLog alerts, RecordWriter records) {
        this.feed = feed;
        this.artifacts = artifacts;
        this.alerts = alerts;
        this.records = records;
    }

    /**
     * Whose the files under a run's name are, in words; empty where they are the run's, or there are none.
     *
     * @throws IOException if the store cannot be asked, or what tells it is damaged
     */
    Optional<String> others(String runId) throws IOException {
        Optional<String> store = artifacts.storeWithin(runId);
        if (store.isPresent()) {
            return store.map(place -> "another artifact store lies in " + place);
        }
        return new RunMark(
                        artifacts,
                        runId,
                        feed.tables()
                                .run(runId)
                                .map(TrainingRun::getSubmittedAt)
                                .orElse(null),
                        feed.views().status(runId).map(RunStatus::getCheckpoint).orElse(null))
                .others();
    }

    /** Says, once, that files stay which would have gone: nobody may be there who waits for it. */
    void tell(String runId, String others) {
        if (others.equals(told.get(runId))) {
            return;
        }
        String message = "nothing is deleted of what lies under the name of run '" + runId + "': " + others;
        LOG.warn(message);
        // Counted once: one that could not be written is written at the next try.
        alerts.raise(
                        runId,
                        AlertKind.OTHER,
                        Severity.WARNING,
                        message,
                        "give each cluster an artifact store, or a prefix, of its own; what nobody needs is deleted by hand",
                        null)
                .ifPresent(alert -> unwritten.put(runId, alert));
        Alert alert = unwritten.get(runId);
        if (alert != null) {
            records.write(Topics.ALERTS, runId, alert);
            unwritten.remove(runId);
        }
        told.put(runId, others);
    }
}
