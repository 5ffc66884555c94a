package io.saddle.primaltrainer;

import io.saddle.artifact.ArtifactStore;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/**
 * The folders of one kind that the trainers of a run have written.
 *
 * @param group up to its last slash: {@code checkpoints/}
 * @param owner token of the trainer that asks; it deletes nothing that a later owner wrote
 * @param keep how many of the newest outlive a pruning, at least 1
 */
record StepFolders(ArtifactStore artifacts, String runId, String group, long owner, int keep) {

    List<StepFolder> newestFirst() throws IOException {
        List<StepFolder> folders = new ArrayList<>();
        for (String name : artifacts.list(runId, group)) {
            StepFolder.of(name).ifPresent(folders::add);
        }
        folders.sort(Comparator.reverseOrder());
        return folders;
    }

    /** What this owner writes after a step. */
    String name(long step) {
        return new StepFolder(step, owner).in(group);
    }

    /**
     * Deletes the old ones. Only for who has just committed the announcement of a newer one: what goes then is superseded,
     * whenever it goes.
     */
    void prune() throws IOException {
        prune(Long.MAX_VALUE);
    }

    /** {@link #prune()}, leaving those of steps after {@code upTo} alone. */
    void prune(long upTo) throws IOException {
        int kept = 0;
        for (StepFolder folder : newestFirst()) {
            boolean concerned = folder.owner() <= owner && folder.step() <= upTo;
            if (concerned && ++kept > keep) {
                artifacts.delete(runId, folder.in(group));
            }
        }
    }

    /** The highest token that any folder bears; 0 if none does. */
    long highestOwner() throws IOException {
        return newestFirst().stream().findFirst().map(StepFolder::owner).orElse(0L);
    }
}
