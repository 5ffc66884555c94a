package io.saddle.dualupdater;

import io.saddle.streams.StreamsApplication.Processing;
import java.util.concurrent.CompletableFuture;

/**
 * The rebuilds of the tasks that have begun, each on a thread of its own: a log of months takes longer to read than a stream thread
 * may go without polling, and one that did not poll would lose its partitions, and begin again, for ever. No record is processed
 * meanwhile.
 */
final class RebuildThreads {

    private final DualRebuild rebuild;
    private final Processing processing;
    private int underWay;

    RebuildThreads(DualRebuild rebuild, Processing processing) {
        this.rebuild = rebuild;
        this.processing = processing;
    }

    /**
     * Begins a rebuild and returns at once; whoever cancels the result ends it.
     *
     * @param stored what the partition's store has; closed when the result is there
     * @return {@link DualRebuild#missing}, or why the past could not be read
     */
    CompletableFuture<RecoveredRuns> begin(int partition, StoredRuns stored) {
        pause();
        CompletableFuture<RecoveredRuns> missing = new CompletableFuture<>();
        Thread thread = new Thread(() -> complete(missing, partition, stored), "dual-rebuild-" + partition);
        thread.setDaemon(true);
        missing.whenComplete((runs, failure) -> {
            stored.close();
            resume();
            thread.interrupt();
        });
        try {
            thread.start();
        } catch (OutOfMemoryError noThread) {
            missing.completeExceptionally(noThread);
        }
        return missing;
    }

    private void complete(CompletableFuture<RecoveredRuns> missing, int partition, StoredRuns stored) {
        try {
            missing.complete(rebuild.missing(partition, stored));
        } catch (Throwable e) {
            // An error too, such as no memory: somebody waits for an answer.
            missing.completeExceptionally(e);
        }
    }

    private synchronized void pause() {
        underWay++;
        processing.pause();
    }

    private synchronized void resume() {
        if (--underWay == 0) {
            processing.resume();
        }
    }
}
