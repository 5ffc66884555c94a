package io.saddle.primaltrainer.ownership;

import io.saddle.artifact.ArtifactStore;
import io.saddle.primaltrainer.checkpoint.CheckpointStore;
import io.saddle.primaltrainer.journal.Journal;
import io.saddle.primaltrainer.journal.RunJournal;
import io.saddle.primaltrainer.journal.StatusLine;
import java.io.IOException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicReference;
import org.apache.kafka.clients.producer.RecordMetadata;

/**
 * The taking up of a run: a trainer's first committed record proves that it is the owner, and that record's offset is its token.
 * Offsets of a partition only grow and a fenced trainer commits nothing more, so a later owner has a higher token.
 */
public final class RunClaim {

    private RunClaim() {}

    /**
     * Says that the run is starting and returns when that is durable.
     *
     * @return the token, above that of every folder in the store also where the topics were made anew since
     * @throws RunJournal.JournalClosedException if another trainer has the run
     */
    public static long take(Journal journal, StatusLine status, ArtifactStore artifacts)
            throws IOException, InterruptedException {
        // Said again if its transaction fails; the last one counts.
        AtomicReference<Future<RecordMetadata>> said = new AtomicReference<>();
        CompletableFuture<Void> committed = journal.append(out -> said.set(status.say(out, status.standing())));
        String runId = status.records().runId();
        try {
            committed.get();
            long offset = said.get().get().offset();
            return Math.max(offset, CheckpointStore.highestOwner(artifacts, runId)) + 1;
        } catch (ExecutionException e) {
            if (e.getCause() instanceof RunJournal.JournalClosedException closed) {
                throw closed;
            }
            throw new IllegalStateException(runId + ": the run could not be claimed", e.getCause());
        }
    }
}
