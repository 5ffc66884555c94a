package io.saddle.diffusion.training;

import java.util.List;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.ThreadPoolExecutor.DiscardOldestPolicy;
import java.util.concurrent.TimeUnit;

/**
 * The reading of the next step's images from the disk while the current step computes, on a thread of its own, which there is only for
 * images that are on a disk. Other multipliers may move a few rows to another source: what was not foreseen, the step waits for itself.
 */
final class ReadAhead implements AutoCloseable {

    /** A disk that is too slow is asked for the newest step only. */
    private final ThreadPoolExecutor thread = new ThreadPoolExecutor(
            1, 1, 0, TimeUnit.SECONDS, new ArrayBlockingQueue<>(1), ReadAhead::daemon, new DiscardOldestPolicy());

    private static Thread daemon(Runnable work) {
        Thread thread = new Thread(work, "read-ahead");
        thread.setDaemon(true);
        return thread;
    }

    /** Has the images of a step read, which is likely to draw them with these multipliers. Returns at once. */
    void begin(TrainingSettings settings, List<Source> sources, int[] imageCounts, Multipliers lambda, long number) {
        if (sources.stream().anyMatch(ReadAhead::isOnDisk)) {
            thread.execute(() -> load(sources, StepPlan.of(settings, imageCounts, lambda, number)));
        }
    }

    private static boolean isOnDisk(Source source) {
        return source.teacher() == null && source.data().isOnDisk();
    }

    private static void load(List<Source> sources, StepPlan plan) {
        try {
            int[] sourceOfRow = plan.sourceOfRow();
            for (int row = 0; row < sourceOfRow.length; row++) {
                Source source = sources.get(sourceOfRow[row]);
                if (isOnDisk(source)) {
                    source.data().load(plan.images()[row]);
                }
            }
        } catch (RuntimeException | InternalError met) {
            // The JVM's answer to a page that cannot be read is an InternalError. The step meets it too, and says so.
        }
    }

    @Override
    public void close() {
        thread.shutdownNow();
    }
}
