package io.saddle.primaltrainer.ownership;

import io.saddle.artifact.ArtifactException;
import io.saddle.artifact.ArtifactException.Reason;
import io.saddle.artifact.ArtifactStore;
import io.saddle.model.StoredCheckpoints;
import io.saddle.schema.Artifact;
import io.saddle.schema.KeptCheckpoint;
import io.saddle.schema.TrainingRun;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.Optional;

/**
 * The mark of whose the files of a run's name in an artifact store are: names are for ever in a cluster, but a store may outlive it, or be
 * another cluster's too. What bears none is of an earlier release, and what has the checkpoint that is on record is the run's, whatever
 * it bears.
 *
 * @param onRecord the checkpoint that the run's status names; null if there is none
 */
public record RunMark(ArtifactStore artifacts, TrainingRun run, KeptCheckpoint onRecord) {

    private static final String NAME = "submitted.txt";

    /**
     * Leaves it where there is none, or a wrong one at the run's own files.
     *
     * @throws IllegalArgumentException as {@link #require}
     * @throws IOException as {@link #require}
     */
    public void leave() throws IOException {
        Optional<Artifact> there = there();
        if (there.isEmpty() || !isMine(there.get())) {
            artifacts.putFile(run.getRunId(), NAME, mine().getBytes(StandardCharsets.UTF_8));
        }
    }

    /**
     * Sees that the files are not another run's.
     *
     * @throws IllegalArgumentException if they are: to train on from its weights would be no training of this one
     * @throws IOException if the store cannot be asked, or the mark cannot be read
     */
    public void require() throws IOException {
        Optional<Artifact> there = there();
        if (there.isPresent()) {
            isMine(there.get());
        }
    }

    private Optional<Artifact> there() throws IOException {
        return artifacts.find(run.getRunId(), NAME, "");
    }

    private String mine() {
        return run.getSubmittedAt().toString();
    }

    /** False if it is another one's, and the files are the run's all the same. */
    private boolean isMine(Artifact mark) throws IOException {
        String found = Files.readString(artifacts.verified(mark));
        if (found.equals(mine())) {
            return true;
        }
        if (isOnRecordThere()) {
            return false;
        }
        String place = mark.getUri().substring(0, mark.getUri().lastIndexOf('/'));
        try {
            Instant.parse(found);
        } catch (DateTimeParseException e) {
            throw new IOException(mark.getUri() + " is damaged: delete it if " + place + " has this run's files", e);
        }
        throw new IllegalArgumentException(
                "another run of this name, submitted at " + found + ", has left its files at " + place
                        + "; take another name or artifact store, or delete them if nobody needs them");
    }

    private boolean isOnRecordThere() throws IOException {
        if (onRecord == null) {
            return false;
        }
        try {
            artifacts.requireIntact(onRecord.getArtifact(), StoredCheckpoints.STATE);
            return true;
        } catch (ArtifactException e) {
            if (e.reason() == Reason.UNAVAILABLE) {
                throw e;
            }
            return false;
        }
    }
}
