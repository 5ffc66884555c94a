package io.saddle.primaltrainer.ownership;

import io.saddle.artifact.ArtifactStore;
import io.saddle.schema.Artifact;
import io.saddle.schema.TrainingRun;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.util.Optional;

/**
 * The mark of whose the files of a run's name in an artifact store are: names are for ever in a cluster, but a store may outlive it, or be
 * another cluster's too. What bears none is of an earlier release, and is taken for the run's.
 */
public final class RunMark {

    private static final String NAME = "submitted.txt";

    private RunMark() {}

    /**
     * Leaves it where there is none.
     *
     * @throws IllegalArgumentException if the files are another run's: to train on from its weights would be no training of this one
     */
    public static void require(ArtifactStore artifacts, TrainingRun run) throws IOException {
        String submitted = run.getSubmittedAt().toString();
        Optional<Artifact> there = artifacts.find(run.getRunId(), NAME, "");
        if (there.isEmpty()) {
            artifacts.putFile(run.getRunId(), NAME, submitted.getBytes(StandardCharsets.UTF_8));
            return;
        }
        String found = Files.readString(artifacts.verified(there.get()));
        if (!found.equals(submitted)) {
            throw new IllegalArgumentException(
                    "another run of this name, submitted at " + found + ", has left its files at "
                            + there.get().getUri().replaceFirst("/" + NAME + "$", "")
                            + "; take another name or artifact store, or delete them if nobody needs them");
        }
    }
}
