package io.saddle.primaltrainer.checkpoint;

import io.saddle.artifact.ArtifactStore;
import io.saddle.model.StepFolder;
import io.saddle.schema.Artifact;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * The folders of one kind that the trainers of a run have written.
 *
 * @param group up to its last slash: {@code checkpoints/}
 * @param owner token of the trainer that asks; it deletes nothing that a later owner wrote
 * @param keep how many of the newest outlive a pruning, and of how many of the newest steps there stays one; at least 1
 */
public record StepFolders(ArtifactStore artifacts, String runId, String group, long owner, int keep) {

    List<StepFolder> newestFirst() throws IOException {
        List<StepFolder> folders = new ArrayList<>();
        for (String name : artifacts.list(runId, group)) {
            StepFolder.of(name).ifPresent(folders::add);
        }
        folders.sort(Comparator.reverseOrder());
        return folders;
    }

    /** The name of the folder that this owner writes after a step. */
    public String name(long step) {
        return new StepFolder(step, owner).in(group);
    }

    /**
     * The newest folder of a step, whoever wrote it.
     *
     * @param file the artifact's main file
     */
    public Optional<Artifact> find(long step, String file) throws IOException {
        for (StepFolder folder : newestFirst()) {
            if (folder.step() == step) {
                return artifacts.find(runId, folder.in(group), file);
            }
        }
        return Optional.empty();
    }

    /**
     * Deletes the old ones. Only for who has just committed the announcement of a newer one: what goes then is superseded,
     * whenever it goes.
     *
     * @param upTo those of later steps are left alone
     * @param bestFirst steps in the order of their worth: the first of them that is still there stays beside the newest
     * @param needed steps that stay besides
     */
    public void prune(long upTo, List<Long> bestFirst, Set<Long> needed) throws IOException {
        List<StepFolder> folders = newestFirst();
        Set<Long> there = folders.stream().map(StepFolder::step).collect(Collectors.toSet());
        long best = bestFirst.stream().filter(there::contains).findFirst().orElse(-1L);
        int seen = 0;
        Set<Long> steps = new HashSet<>();
        for (StepFolder folder : folders) {
            boolean concerned = folder.owner() <= owner && folder.step() <= upTo;
            if (!concerned) {
                continue;
            }
            // Each trainer that takes the run up writes its first step anew: these copies take no other step's place.
            boolean isOfNewStep = steps.add(folder.step()) && steps.size() <= keep;
            boolean isWanted = folder.step() == best || needed.contains(folder.step());
            if (++seen > keep && !isOfNewStep && !isWanted) {
                artifacts.delete(runId, folder.in(group));
            }
        }
    }

    /** The highest token that any folder bears; 0 if none does. */
    long highestOwner() throws IOException {
        return newestFirst().stream().findFirst().map(StepFolder::owner).orElse(0L);
    }
}
