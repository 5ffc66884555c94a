package io.saddle.primaltrainer.journal;

import java.io.IOException;
import java.util.concurrent.CompletableFuture;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The order in which a run's files come and go: what holds a copy of the model is given back once it is written; what is old goes afterwards. */
record RunFiles(Journal journal, String runId) {

    private static final Logger LOG = LoggerFactory.getLogger(RunFiles.class);

    /** @param release gives back what the entry holds, once it is written or never will be */
    CompletableFuture<Void> appendBulk(Runnable release, Journal.Entry entry) throws InterruptedException {
        boolean queued = false;
        try {
            CompletableFuture<Void> written = journal.appendBulk(entry).whenComplete((done, failure) -> release.run());
            queued = true;
            return written;
        } finally {
            if (!queued) {
                release.run();
            }
        }
    }

    /** Nothing waits for room that is made later. */
    private void prune(Pruning pruning) {
        try {
            pruning.prune();
        } catch (IOException e) {
            LOG.warn("{}: old files could not be removed: {}", runId(), e.toString());
        }
    }

    /** Removes what is old, after all that was appended before; nothing waits for it. */
    void clearUp(Pruning pruning) throws InterruptedException {
        journal.appendAlone(out -> prune(pruning));
    }
}
