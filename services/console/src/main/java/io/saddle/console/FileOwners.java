package io.saddle.console;

import io.saddle.artifact.ArtifactStore;
import io.saddle.model.RunMark;
import io.saddle.schema.RunStatus;
import io.saddle.schema.Severity;
import io.saddle.schema.TrainingRun;
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
    private final AlertWriter alerts;
    private final Map<String, String> told = new ConcurrentHashMap<>();

    public FileOwners(TopicFeed feed, ArtifactStore artifacts, AlertWriter alerts) {
        this.feed = feed;
        this.artifacts = artifacts;
        this.alerts = alerts;
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
        alerts.ofRun(
                runId,
                message,
                Severity.WARNING,
                message,
                "give each cluster an artifact store, or a prefix, of its own; what nobody needs is deleted by hand");
        told.put(runId, others);
    }
}
