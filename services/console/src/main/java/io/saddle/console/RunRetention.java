package io.saddle.console;

import io.saddle.artifact.ArtifactStore;
import io.saddle.artifact.StoredBytes;
import io.saddle.console.lifecycle.StoredArtifacts;
import io.saddle.model.StepFolder;
import io.saddle.model.StoredCheckpoints;
import io.saddle.run.RunPhases;
import io.saddle.schema.RunLifecycle;
import io.saddle.schema.RunMetadata;
import io.saddle.schema.RunStatus;
import io.saddle.schema.TrainingRun;
import io.saddle.service.PeriodicTask;
import io.saddle.service.ServiceComponent;
import jakarta.enterprise.context.ApplicationScoped;
import java.io.IOException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.eclipse.microprofile.config.inject.ConfigProperty;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The stack's rules for artifacts that nobody needs any more; without settings there are none. What a rule removes stands on
 * saddle.run-metadata, with the rule. Models that anything else names are never touched.
 */
@ApplicationScoped
public class RunRetention implements ServiceComponent {

    static final String ARCHIVED = "saddle.artifacts.retention.archived";
    static final String ENDED = "saddle.artifacts.retention.ended";

    /** In the removal of what an ended run has kept to be gone on with. */
    static final String TRAINING_STATE = "checkpoints and raw snapshots but the newest, and states of slots";

    private static final Logger LOG = LoggerFactory.getLogger(RunRetention.class);
    private static final Duration LOOK_EVERY = Duration.ofMinutes(1);
    private static final List<String> GROUPS = List.of(StoredCheckpoints.GROUP, "snapshots/raw/");
    /** Of use within a round alone: what lies there was left by a trainer that was late, or ended. */
    private static final String SLOTS = "slots/";

    private final TopicFeed feed;
    private final RunLifecycleCommands commands;
    private final RunReferences references;
    private final ArtifactStore artifacts;
    private final StoredArtifacts stored;
    private final FileOwners owners;
    private final Clock clock;
    private final Optional<Duration> archived;
    private final Optional<Duration> ended;
    /** Ended runs that have nothing to remove. */
    private final Set<String> lean = new HashSet<>();

    private PeriodicTask task;

    public RunRetention(
            TopicFeed feed,
            RunLifecycleCommands commands,
            RunReferences references,
            ArtifactStore artifacts,
            StoredArtifacts stored,
            FileOwners owners,
            Clock clock,
            @ConfigProperty(name = ARCHIVED) Optional<Duration> archived,
            @ConfigProperty(name = ENDED) Optional<Duration> ended) {
        this.feed = feed;
        this.commands = commands;
        this.references = references;
        this.artifacts = artifacts;
        this.stored = stored;
        this.owners = owners;
        this.clock = clock;
        this.archived = archived;
        this.ended = ended;
    }

    @Override
    public void start() {
        if (archived.isPresent() || ended.isPresent()) {
            task = new PeriodicTask("run-retention", LOOK_EVERY, LOOK_EVERY, this::look);
        }
    }

    @Override
    public void stop() {
        if (task != null) {
            task.close();
        }
    }

    /** After the tables, which it looks at. */
    @Override
    public int order() {
        return 1;
    }

    synchronized void look() {
        Instant now = clock.instant();
        for (TrainingRun run : feed.tables().runs()) {
            try {
                if (isToGo(run.getRunId(), now)) {
                    commands.deleteIf(run.getRunId(), () -> isToGo(run.getRunId(), clock.instant()), ARCHIVED);
                } else if (isDue(endedAt(run.getRunId()), ended, now)) {
                    trim(run);
                }
            } catch (IOException | RuntimeException e) {
                LOG.warn("{}: what its rule removes is not all removed this time: {}", run.getRunId(), e.getMessage());
            }
        }
    }

    private static boolean isDue(Optional<Instant> since, Optional<Duration> kept, Instant now) {
        return since.isPresent()
                && kept.isPresent()
                && since.get().plus(kept.get()).isBefore(now);
    }

    private Optional<Instant> archivedSince(String runId) {
        return feed.tables()
                .metadata(runId)
                .filter(metadata -> metadata.getLifecycle() == RunLifecycle.ARCHIVED)
                .map(RunMetadata::getLifecycleSince);
    }

    /** Empty for a run that goes on, has no artifacts any more, or none that would go. */
    private Optional<Instant> endedAt(String runId) {
        boolean done = feed.tables().isDeleted(runId) || lean.contains(runId);
        return feed.views()
                .status(runId)
                .filter(status -> !done && RunPhases.isFinal(status.getPhase()))
                .map(RunStatus::getUpdatedAt);
    }

    private boolean isToGo(String runId, Instant now) {
        return isDue(archivedSince(runId), archived, now)
                && references.of(runId).isEmpty();
    }

    private void trim(TrainingRun run) throws IOException {
        String runId = run.getRunId();
        if (!references.of(runId).using().isEmpty()) {
            // A fork that keeps the optimizer goes on from one of them when a trainer takes it up.
            return;
        }
        List<String> superseded = new ArrayList<>(artifacts.list(runId, SLOTS));
        for (String group : GROUPS) {
            List<StepFolder> oldestFirst = artifacts.list(runId, group).stream()
                    .map(StepFolder::of)
                    .flatMap(Optional::stream)
                    .sorted()
                    .toList();
            oldestFirst.stream()
                    .limit(Math.max(0, oldestFirst.size() - 1))
                    .forEach(folder -> superseded.add(folder.in(group)));
        }
        if (superseded.isEmpty()) {
            lean.add(runId);
            return;
        }
        Optional<String> others = owners.others(runId);
        if (others.isPresent()) {
            owners.tell(runId, others.get());
            lean.add(runId);
            return;
        }
        if (!isRecorded(runId)) {
            StoredBytes removed = StoredBytes.NONE;
            for (String name : superseded) {
                removed = removed.plus(artifacts.stored(runId, name));
            }
            // Said before it is done: nobody can count any more what was gone when this process ended in between.
            commands.removed(run, TRAINING_STATE, removed, ENDED);
        }
        for (String name : superseded) {
            artifacts.delete(runId, name);
        }
        stored.measure(runId);
    }

    private boolean isRecorded(String runId) {
        return feed.tables().metadata(runId).stream()
                .flatMap(metadata -> metadata.getRemovals().stream())
                .anyMatch(removal -> removal.getWhat().equals(TRAINING_STATE));
    }
}
