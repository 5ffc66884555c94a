package io.saddle.diffusion.torch;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.CancellationException;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.ThreadPoolExecutor;

/**
 * Threads for independent pieces of work. A call returns when nothing runs any more, also after a failure or an interrupt: the
 * caller may free what the work reads.
 *
 * <p>Threads outlive those who use them, and are lent to the next: glibc keeps freed memory by arenas, of which there are up to 16 here, and
 * new threads for every call or run would have each of them hold as much as their work takes. They are daemons.
 */
public final class Workers implements AutoCloseable {
    /** Those that nobody uses, by their number. */
    private static final Map<Integer, Queue<ThreadPoolExecutor>> IDLE = new ConcurrentHashMap<>();

    private final Queue<ThreadPoolExecutor> idle;
    /** Null once it is closed. */
    private ThreadPoolExecutor threads;

    /** @param count of threads */
    public Workers(int count) {
        idle = IDLE.computeIfAbsent(count, number -> new ConcurrentLinkedQueue<>());
        ThreadPoolExecutor lent = idle.poll();
        threads = lent == null ? started(count) : lent;
    }

    private static ThreadPoolExecutor started(int count) {
        return (ThreadPoolExecutor) Executors.newFixedThreadPool(count, task -> {
            Thread thread = new Thread(task, "workers");
            thread.setDaemon(true);
            return thread;
        });
    }

    /** Rows {@code from} (inclusive) to {@code to} (exclusive) of a larger piece of work. */
    @FunctionalInterface
    public interface Batch {
        void run(int from, int to);
    }

    /**
     * Runs {@code count} rows in batches, each on one of {@code workers} threads. After a failure or an interrupt no other batch
     * begins.
     *
     * @param batch most rows of a batch
     * @throws RuntimeException the first failure of a batch, in their order
     * @throws IllegalStateException if the calling thread is interrupted
     */
    public static void runBatches(int workers, int count, int batch, Batch work) {
        List<Runnable> batches = new ArrayList<>();
        for (int from = 0; from < count; from += batch) {
            int first = from;
            int end = Math.min(count, from + batch);
            batches.add(() -> work.run(first, end));
        }
        try (Workers threads = new Workers(workers)) {
            if (threads.run(batches, true)) {
                throw new IllegalStateException("interrupted while batches were running");
            }
        }
    }

    /**
     * Runs short tasks, all of them even if the calling thread is interrupted.
     *
     * @throws RuntimeException the first failure of a task, in their order
     */
    public void run(List<Runnable> tasks) {
        run(tasks, false);
    }

    /** Gives the threads back. */
    @Override
    public void close() {
        if (threads != null) {
            idle.add(threads);
            threads = null;
        }
    }

    private boolean run(List<Runnable> tasks, boolean endsEarly) {
        List<Future<?>> running = new ArrayList<>(tasks.size());
        for (Runnable task : tasks) {
            running.add(threads.submit(task));
        }
        RuntimeException failure = null;
        boolean interrupted = false;
        for (int i = 0; i < running.size(); ) {
            try {
                running.get(i).get();
                i++;
            } catch (CancellationException e) {
                i++;
            } catch (InterruptedException e) {
                interrupted = true;
                leaveOut(endsEarly);
            } catch (ExecutionException e) {
                failure = failure == null ? unwrapped(e) : failure;
                leaveOut(endsEarly);
                i++;
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
        if (failure != null) {
            throw failure;
        }
        return interrupted;
    }

    /** Work that has begun goes on. */
    private void leaveOut(boolean waiting) {
        if (waiting) {
            List<Runnable> left = new ArrayList<>();
            threads.getQueue().drainTo(left);
            left.forEach(task -> ((Future<?>) task).cancel(false));
        }
    }

    private static RuntimeException unwrapped(ExecutionException failure) {
        return failure.getCause() instanceof RuntimeException cause
                ? cause
                : new IllegalStateException(failure.getCause());
    }
}
