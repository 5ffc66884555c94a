package io.saddle.console.lifecycle;

import io.saddle.artifact.StoredBytes;
import io.saddle.schema.ArtifactRemoval;
import io.saddle.schema.RunLifecycle;
import io.saddle.schema.RunMetadata;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * The next revision of a run's metadata. Pure.
 *
 * @param by who asked for it; a rule, by its setting
 * @param at when, in whole milliseconds
 */
public record MetadataChange(String by, Instant at) {

    /** All that a deletion takes, in words. */
    public static final String ALL_ARTIFACTS = "all artifacts";

    /** Before anybody has said anything of the run. */
    public RunMetadata first(String runId, Map<String, String> labels) {
        return RunMetadata.newBuilder()
                .setRunId(runId)
                .setRevision(0)
                .setLabels(labels)
                .setLifecycle(RunLifecycle.ACTIVE)
                .setLifecycleSince(at)
                .setUpdatedAt(at)
                .setUpdatedBy(by)
                .build();
    }

    private RunMetadata.Builder next(RunMetadata before) {
        return RunMetadata.newBuilder(before)
                .setRevision(before.getRevision() + 1)
                .setUpdatedAt(at)
                .setUpdatedBy(by);
    }

    private RunMetadata.Builder becoming(RunMetadata before, RunLifecycle lifecycle) {
        return next(before).setLifecycle(lifecycle).setLifecycleSince(at);
    }

    /** @param labels all that it has from now on */
    public RunMetadata labelled(RunMetadata before, Map<String, String> labels) {
        return next(before).setLabels(labels).build();
    }

    public RunMetadata archived(RunMetadata before) {
        return becoming(before, RunLifecycle.ARCHIVED).build();
    }

    public RunMetadata unarchived(RunMetadata before) {
        return becoming(before, RunLifecycle.ACTIVE).build();
    }

    /**
     * The wish that all artifacts go. It says what that is already: nobody can count any more what was gone before a deletion that was
     * cut off is taken up again.
     */
    public RunMetadata deleting(RunMetadata before, StoredBytes stored, boolean withHistory) {
        RunMetadata.Builder wish =
                becoming(before, RunLifecycle.DELETING).setWithHistory(withHistory || before.getWithHistory());
        return stored.objects() == 0
                ? wish.build()
                : wish.setRemovals(with(before, ALL_ARTIFACTS, stored)).build();
    }

    /** All artifacts are gone. */
    public RunMetadata deleted(RunMetadata wish) {
        RunMetadata.Builder done = becoming(wish, RunLifecycle.DELETED);
        return wish.getWithHistory() ? done.setLabels(Map.of()).build() : done.build();
    }

    /** Some artifacts are gone. */
    public RunMetadata without(RunMetadata before, String what, StoredBytes removed) {
        return next(before).setRemovals(with(before, what, removed)).build();
    }

    private List<ArtifactRemoval> with(RunMetadata before, String what, StoredBytes removed) {
        List<ArtifactRemoval> removals = new ArrayList<>(before.getRemovals());
        removals.add(new ArtifactRemoval(what, removed.objects(), removed.bytes(), by, at));
        return removals;
    }
}
