package io.saddle.model;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.saddle.artifact.ArtifactException;
import io.saddle.artifact.ArtifactException.Reason;
import io.saddle.artifact.ArtifactStore;
import io.saddle.schema.Artifact;
import io.saddle.schema.KeptCheckpoint;
import io.saddle.schema.TrainingRun;
import java.io.IOException;
import java.nio.file.Files;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.Optional;

/**
 * The mark of whose the files of a run's name in an artifact store are: names are for ever in a cluster, but a store may outlive it, or be
 * another cluster's too. What bears none is of an earlier release, and what has the checkpoint that is on record is the run's, whatever
 * it bears.
 *
 * @param submittedAt null where no record says it any more: then no mark is the run's
 * @param onRecord the checkpoint that the run's status names; null if there is none
 */
public record RunMark(ArtifactStore artifacts, String runId, Instant submittedAt, KeptCheckpoint onRecord) {

    private static final String NAME = "submitted.txt";

    /** @param onRecord null if there is none */
    public RunMark(ArtifactStore artifacts, TrainingRun run, KeptCheckpoint onRecord) {
        this(artifacts, run.getRunId(), run.getSubmittedAt(), onRecord);
    }

    /**
     * Leaves it where there is none, or a wrong one at the run's own files.
     *
     * @throws IllegalArgumentException as {@link #require}
     * @throws IOException as {@link #require}
     */
    public void leave() throws IOException {
        Optional<Found> found = found();
        refuse(others(found));
        if (found.isEmpty() || !found.get().content().equals(mine())) {
            artifacts.putFile(runId, NAME, mine().getBytes(UTF_8));
        }
    }

    /**
     * Sees that the files are not another run's.
     *
     * @throws IllegalArgumentException if they are: to train on from its weights would be no training of this one
     * @throws IOException as {@link #others}
     */
    public void require() throws IOException {
        refuse(others());
    }

    private static void refuse(Optional<String> others) {
        others.ifPresent(whose -> {
            throw new IllegalArgumentException(
                    whose + "; take another name or artifact store, or delete them if nobody needs them");
        });
    }

    /**
     * Whose the files are, in words; empty if they are the run's.
     *
     * @throws IOException if the store cannot be asked, or the mark cannot be read
     */
    public Optional<String> others() throws IOException {
        return others(found());
    }

    private Optional<String> others(Optional<Found> mark) throws IOException {
        if (mark.isEmpty()) {
            return Optional.empty();
        }
        String found = mark.get().content();
        if (found.equals(mine()) || isOnRecordThere()) {
            return Optional.empty();
        }
        String uri = mark.get().uri();
        String place = uri.substring(0, uri.lastIndexOf('/'));
        try {
            Instant.parse(found);
        } catch (DateTimeParseException e) {
            throw new ArtifactException(
                    Reason.DAMAGED, uri + " is damaged: delete it if " + place + " has this run's files", e);
        }
        return Optional.of("another run of this name, submitted at " + found + ", has left its files at " + place);
    }

    /** A mark that is there. Bytes that are no text are one that is damaged. */
    private record Found(String uri, String content) {}

    private Optional<Found> found() throws IOException {
        Optional<Artifact> mark = artifacts.find(runId, NAME, "");
        return mark.isEmpty()
                ? Optional.empty()
                : Optional.of(new Found(
                        mark.get().getUri(), new String(Files.readAllBytes(artifacts.verified(mark.get())), UTF_8)));
    }

    private String mine() {
        return String.valueOf(submittedAt);
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
