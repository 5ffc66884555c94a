package io.saddle.console;

import io.saddle.artifact.ArtifactStore;
import io.saddle.artifact.StoredBytes;
import io.saddle.console.lifecycle.StoredArtifacts;
import io.saddle.schema.ConstraintDefinition;
import io.saddle.schema.RunLifecycle;
import io.saddle.schema.RunMetadata;
import io.saddle.schema.Severity;
import io.saddle.service.PeriodicTask;
import io.saddle.service.ServiceComponent;
import io.saddle.topic.Topics;
import jakarta.enterprise.context.ApplicationScoped;
import java.io.IOException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The worker for deletions: what stands on saddle.run-metadata as DELETING it deletes from the store, then, where history is to go too,
 * from the compacted topics, and says so. Each part done again does nothing: whatever ends the console in between, the next one goes on.
 * What somebody wrote of a deleted run afterwards goes when it is met. Files of another cluster's run of the name stay.
 */
@ApplicationScoped
public class RunDeletions implements ServiceComponent {

    private static final Logger LOG = LoggerFactory.getLogger(RunDeletions.class);
    private static final Duration LOOK_EVERY = Duration.ofMillis(500);
    private static final Duration AFTER_FAILURE = Duration.ofSeconds(30);

    private final TopicFeed feed;
    private final RunLifecycleCommands commands;
    private final SubmissionWriter transactions;
    private final ArtifactStore artifacts;
    private final StoredArtifacts stored;
    private final FileOwners owners;
    private final AlertWriter alerts;
    private final Clock clock;
    private final Map<String, Instant> resting = new ConcurrentHashMap<>();
    /** When what lies under the names of deleted runs was measured, and was another's. */
    private final Map<String, Instant> others = new ConcurrentHashMap<>();

    private PeriodicTask work;

    public RunDeletions(
            TopicFeed feed,
            RunLifecycleCommands commands,
            SubmissionWriter transactions,
            ArtifactStore artifacts,
            StoredArtifacts stored,
            FileOwners owners,
            AlertWriter alerts,
            Clock clock) {
        this.feed = feed;
        this.commands = commands;
        this.transactions = transactions;
        this.artifacts = artifacts;
        this.stored = stored;
        this.owners = owners;
        this.alerts = alerts;
        this.clock = clock;
    }

    @Override
    public void start() {
        work = new PeriodicTask("run-deletions", Duration.ZERO, LOOK_EVERY, this::look);
    }

    @Override
    public void stop() {
        if (work != null) {
            work.close();
        }
    }

    /** After the tables, which it looks at. */
    @Override
    public int order() {
        return 1;
    }

    synchronized void look() {
        Instant now = clock.instant();
        resting.values().removeIf(until -> until.isBefore(now));
        for (RunMetadata metadata : feed.tables().metadata()) {
            if (isToBeDone(metadata) && !resting.containsKey(metadata.getRunId())) {
                delete(metadata);
            }
        }
    }

    private boolean isToBeDone(RunMetadata metadata) {
        if (metadata.getLifecycle() != RunLifecycle.DELETED) {
            return metadata.getLifecycle() == RunLifecycle.DELETING;
        }
        boolean more = stored.of(metadata.getRunId())
                .filter(there -> there.objects() > 0 && !there.measuredAt().equals(others.get(metadata.getRunId())))
                .isPresent();
        // A backup may have its records, copied before they went.
        boolean known = feed.tables().run(metadata.getRunId()).isPresent();
        return more || metadata.getWithHistory() && known;
    }

    private void delete(RunMetadata metadata) {
        String runId = metadata.getRunId();
        try {
            deleteFiles(metadata);
            if (metadata.getWithHistory()) {
                forget(runId);
            }
            if (metadata.getLifecycle() == RunLifecycle.DELETING) {
                commands.deleted(metadata);
                LOG.info("{}: is deleted", runId);
            }
        } catch (IOException | RuntimeException e) {
            resting.put(runId, clock.instant().plus(AFTER_FAILURE));
            LOG.warn("{}: cannot be deleted yet, and is tried again", runId, e);
            raise(runId, e);
        }
    }

    private void deleteFiles(RunMetadata metadata) throws IOException {
        String runId = metadata.getRunId();
        Optional<String> owner = owners.others(runId);
        if (owner.isPresent()) {
            stored.of(runId).ifPresent(there -> others.put(runId, there.measuredAt()));
            owners.tell(runId, owner.get());
            return;
        }
        StoredBytes there = stored.measure(runId);
        artifacts.deleteRun(runId);
        stored.measure(runId);
        if (metadata.getLifecycle() == RunLifecycle.DELETED && there.objects() > 0) {
            LOG.info(
                    "{}: what was written after its deletion is deleted too: {} bytes in {} files",
                    runId,
                    there.bytes(),
                    there.objects());
        }
    }

    /** All in one transaction: a run must not look as if it were there without having ended. */
    private void forget(String runId) {
        List<SubmissionWriter.Wanted<?>> tombstones = new ArrayList<>();
        List<ConstraintDefinition> constraints = feed.tables().constraints(runId);
        for (ConstraintDefinition definition : constraints) {
            tombstones.add(new SubmissionWriter.Wanted<>(
                    Topics.CONSTRAINTS, Topics.constraintKey(runId, definition.getConstraintId()), null));
        }
        tombstones.add(new SubmissionWriter.Wanted<>(Topics.RUNS, runId, null));
        tombstones.add(new SubmissionWriter.Wanted<>(Topics.RUN_STATUS, runId, null));
        transactions.write(tombstones, () -> {
            constraints.forEach(definition -> feed.tables().removeConstraint(runId, definition.getConstraintId()));
            feed.tables().removeRun(runId);
        });
    }

    private void raise(String runId, Exception why) {
        alerts.ofRun(
                runId,
                "deletion",
                Severity.WARNING,
                "the artifacts of run '" + runId + "' cannot be deleted: " + why.getMessage(),
                "mend what is named; it is tried again until it is done, for which the console needs the right to delete in the artifact store");
    }
}
