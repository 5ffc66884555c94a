package io.saddle.console;

import com.fasterxml.jackson.databind.JsonNode;
import io.saddle.artifact.ArtifactException;
import io.saddle.artifact.ArtifactException.Reason;
import io.saddle.artifact.StoredBytes;
import io.saddle.console.lifecycle.MetadataChange;
import io.saddle.console.lifecycle.StoredArtifacts;
import io.saddle.run.RunPhases;
import io.saddle.run.spec.RunSpecParser;
import io.saddle.schema.RunLifecycle;
import io.saddle.schema.RunMetadata;
import io.saddle.schema.RunPhase;
import io.saddle.schema.TrainingRun;
import io.saddle.topic.Topics;
import jakarta.enterprise.context.ApplicationScoped;
import java.io.IOException;
import java.time.Clock;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.BiFunction;
import java.util.function.BooleanSupplier;
import org.eclipse.microprofile.openapi.annotations.media.Schema;

/**
 * The only writer of what people say of runs and of what becomes of their artifacts. Nothing of it touches training. A command is done
 * when its record is durable; {@link RunDeletions} works off the wish to delete.
 */
@ApplicationScoped
public class RunLifecycleCommands {

    /** Of a deletion, for whoever reads of the REST interface. */
    static final String OTHERS_FILES =
            "Whose the files under the run's name are, where they stay since they are not the run's; else null";

    private final TopicFeed feed;
    private final RunCommands runs;
    private final RunSummaries summaries;
    private final RunReferences references;
    private final ProjectGuard guard;
    private final StoredArtifacts stored;
    private final FileOwners owners;
    private final RecordWriter records;
    private final RunSpecParser parser;
    private final Clock clock;

    public RunLifecycleCommands(
            TopicFeed feed,
            RunCommands runs,
            RunSummaries summaries,
            RunReferences references,
            ProjectGuard guard,
            StoredArtifacts stored,
            FileOwners owners,
            RecordWriter records,
            RunSpecParser parser,
            Clock clock) {
        this.feed = feed;
        this.runs = runs;
        this.summaries = summaries;
        this.references = references;
        this.guard = guard;
        this.stored = stored;
        this.owners = owners;
        this.records = records;
        this.parser = parser;
        this.clock = clock;
    }

    /**
     * Changes labels of a run, whether it has ended or not.
     *
     * @param changes values by key; null takes a label away
     * @throws io.saddle.run.spec.InvalidRunSpecException with every mistake
     */
    synchronized TrainingRun label(String runId, JsonNode changes, String by) {
        TrainingRun run = feed.run(runId);
        guard.letThrough(run);
        Map<String, String> known = summaries.labels(run);
        Map<String, String> labels = parser.labels(known, "labels", changes);
        guard.letThrough(labels);
        if (!labels.equals(known)) {
            change(run, by, (change, before) -> change.labelled(before, labels));
        }
        return run;
    }

    /** Puts a run away that has ended; twice is once. */
    synchronized TrainingRun archive(String runId, String by) {
        TrainingRun run = ended(runId, "archived");
        requireThere(runId, "there is nothing to put away");
        if (feed.tables().lifecycle(runId) != RunLifecycle.ARCHIVED) {
            change(run, by, MetadataChange::archived);
        }
        return run;
    }

    /** Takes a run back that was put away. */
    synchronized TrainingRun unarchive(String runId, String by) {
        TrainingRun run = feed.run(runId);
        guard.letThrough(run);
        requireThere(runId, "nothing brings them back");
        if (feed.tables().lifecycle(runId) == RunLifecycle.ARCHIVED) {
            change(run, by, MetadataChange::unarchived);
        }
        return run;
    }

    /**
     * What a deletion would take.
     *
     * @param objects number of files
     * @param bytes that they take
     * @param usedBy what it is refused for
     * @param mentionedBy what could not be done again after it
     */
    record Deletion(
            String runId,
            long objects,
            long bytes,
            List<String> usedBy,
            List<String> mentionedBy,

            @Schema(nullable = true, description = OTHERS_FILES)
            String othersFiles) {}

    /** Looks into the store now. */
    Deletion deletion(String runId) throws IOException {
        feed.run(runId);
        Goes goes = goes(runId);
        RunReferences.Found found = references.of(runId);
        return new Deletion(
                runId,
                goes.files().objects(),
                goes.files().bytes(),
                found.using(),
                found.mentioning(),
                goes.othersFiles());
    }

    /** @param othersFiles whose the files are that stay, in words; null where all go */
    private record Goes(StoredBytes files, String othersFiles) {}

    private Goes goes(String runId) throws IOException {
        try {
            String others = owners.others(runId).orElse(null);
            return new Goes(others == null ? stored.measure(runId) : StoredBytes.NONE, others);
        } catch (ArtifactException e) {
            if (e.reason() == Reason.DAMAGED) {
                throw Refusal.conflict(
                        "nobody can tell whose the files under the name of run '" + runId + "' are: " + e.getMessage());
            }
            throw e;
        }
    }

    /**
     * The wish of a deletion, which stands.
     *
     * @param othersFiles whose the files are that stay, in words; null where all go
     */
    record Wish(TrainingRun run, String othersFiles) {}

    /**
     * Wants all artifacts of a run gone. The records stay, unless its history is to go too. What is wanted already, or done, is not
     * wanted again.
     *
     * @throws Refusal if the run has not ended, something still uses its artifacts, or nobody can tell whose they are
     */
    Wish delete(String runId, boolean withHistory, String by) throws IOException {
        // The store may be slow: nobody who changes a label waits for that.
        Goes goes = goes(ended(runId, "deleted").getRunId());
        return new Wish(delete(runId, withHistory, by, goes.files(), () -> true), goes.othersFiles());
    }

    /**
     * As {@link #delete(String, boolean, String)}, of the artifacts alone, by a rule.
     *
     * @param isDue asked again when the store was looked into, which may take minutes: by then somebody may have taken the run back
     */
    void deleteIf(String runId, BooleanSupplier isDue, String rule) throws IOException {
        delete(runId, false, rule, goes(ended(runId, "deleted").getRunId()).files(), isDue);
    }

    private synchronized TrainingRun delete(
            String runId, boolean withHistory, String by, StoredBytes there, BooleanSupplier isDue) {
        // Nobody is to begin with one of its models between the look and the wish.
        return runs.undisturbed(() -> {
            TrainingRun run = ended(runId, "deleted");
            if (!isDue.getAsBoolean()) {
                return run;
            }
            List<String> using = references.of(runId).using();
            if (!using.isEmpty()) {
                throw Refusal.conflict("the artifacts of run '" + runId + "' are still used: "
                        + String.join("; ", using) + "; let that end first, or stop it");
            }
            Optional<RunMetadata> before = feed.tables().metadata(runId);
            boolean wanted = feed.tables().isDeleted(runId)
                    && (!withHistory || before.map(RunMetadata::getWithHistory).orElse(false));
            if (!wanted) {
                StoredBytes counted = feed.tables().isDeleted(runId) ? StoredBytes.NONE : there;
                change(run, by, (change, known) -> change.deleting(known, counted, withHistory));
            }
            return run;
        });
    }

    /** The wish of a deletion was done; what else was said of the run meanwhile stays. */
    synchronized void deleted(RunMetadata wish) {
        feed.tables()
                .metadata(wish.getRunId())
                .filter(now -> now.getLifecycle() == RunLifecycle.DELETING)
                .ifPresent(now -> put(change(wish.getUpdatedBy()).deleted(now)));
    }

    /** Some artifacts of a run were removed by a rule. */
    synchronized void removed(TrainingRun run, String what, StoredBytes removed, String by) {
        change(run, by, (change, before) -> change.without(before, what, removed));
    }

    private TrainingRun ended(String runId, String what) {
        TrainingRun run = feed.run(runId);
        guard.letThrough(run);
        RunPhase phase = feed.views().phase(runId);
        if (!RunPhases.isFinal(phase)) {
            throw Refusal.conflict("run '" + runId + "' has not ended (" + phase + "): only what has ended can be "
                    + what + "; './saddle run stop " + runId + "' ends it");
        }
        return run;
    }

    private void requireThere(String runId, String so) {
        if (feed.tables().isDeleted(runId)) {
            throw Refusal.conflict("the artifacts of run '" + runId + "' are deleted: " + so);
        }
    }

    private void change(TrainingRun run, String by, BiFunction<MetadataChange, RunMetadata, RunMetadata> next) {
        MetadataChange change = change(by);
        RunMetadata before = feed.tables()
                .metadata(run.getRunId())
                .orElseGet(() -> change.first(run.getRunId(), summaries.labels(run)));
        put(next.apply(change, before));
    }

    private MetadataChange change(String by) {
        return new MetadataChange(by, clock.instant().truncatedTo(ChronoUnit.MILLIS));
    }

    private void put(RunMetadata metadata) {
        records.write(
                Topics.RUN_METADATA,
                metadata.getRunId(),
                metadata,
                () -> feed.tables().put(metadata));
    }
}
