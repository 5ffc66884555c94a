package io.saddle.diffusion.training;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import io.saddle.diffusion.network.UNet2D;
import io.saddle.diffusion.schedule.ForwardProcess;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/**
 * The worker threads of a training run. Every worker takes the same part of every range of rows, and gradients are summed in
 * the order of the workers, so that the result is the same to the last bit whoever finishes first.
 */
final class Shards implements AutoCloseable {
    private final List<GradientShard> shards = new ArrayList<>();
    private final ExecutorService threads;
    private long libtorchNanos;

    Shards(TrainingSettings settings, UNet2D network, ForwardProcess process) {
        for (int i = 0; i < settings.workers(); i++) {
            shards.add(new GradientShard(settings, network, process));
        }
        threads = Executors.newFixedThreadPool(settings.workers(), task -> {
            Thread thread = new Thread(task, "primal-step");
            thread.setDaemon(true);
            return thread;
        });
    }

    /**
     * Runs a step's ranges.
     *
     * @param groups number of groups that gradients are summed in
     * @param rowLosses gets every row's loss
     * @return the summed gradient of each group, in {@code manager}; null for a group without rows
     */
    NDArray[] run(
            GradientShard.Step step,
            List<StepPlan.Range> ranges,
            int groups,
            NDArray weights,
            NDManager manager,
            float[] rowLosses) {
        NDArray[][] parts = new NDArray[shards.size()][groups];
        List<Future<?>> running = new ArrayList<>();
        for (int i = 0; i < shards.size(); i++) {
            int shard = i;
            List<StepPlan.Range> part = part(ranges, shard);
            running.add(
                    threads.submit(() -> shards.get(shard).run(step, part, weights, manager, parts[shard], rowLosses)));
        }
        awaitAll(running);
        long awaited = System.nanoTime();
        for (int i = 1; i < parts.length; i++) {
            for (int group = 0; group < groups; group++) {
                if (parts[0][group] == null) {
                    parts[0][group] = parts[i][group];
                } else if (parts[i][group] != null) {
                    parts[0][group].addi(parts[i][group]);
                }
            }
        }
        libtorchNanos = slowest().libtorchNanos() + System.nanoTime() - awaited;
        return parts[0];
    }

    /** Nanoseconds inside libtorch on the critical path of the last step: of the shard that ended last, and of the sums. */
    long libtorchNanos() {
        return libtorchNanos;
    }

    private GradientShard slowest() {
        GradientShard slowest = shards.get(0);
        for (GradientShard shard : shards) {
            if (shard.ended() - slowest.ended() > 0) {
                slowest = shard;
            }
        }
        return slowest;
    }

    @Override
    public void close() {
        threads.shutdownNow();
    }

    private List<StepPlan.Range> part(List<StepPlan.Range> ranges, int shard) {
        List<StepPlan.Range> parts = new ArrayList<>();
        for (StepPlan.Range range : ranges) {
            int count = range.to() - range.from();
            int from = range.from() + count * shard / shards.size();
            int to = range.from() + count * (shard + 1) / shards.size();
            if (to > from) {
                parts.add(new StepPlan.Range(from, to, range.group()));
            }
        }
        return parts;
    }

    /** Waits for every shard, also after one has failed: the caller frees what the others still read. */
    private static void awaitAll(List<Future<?>> running) {
        RuntimeException failure = null;
        for (Future<?> shard : running) {
            try {
                await(shard);
            } catch (RuntimeException e) {
                failure = failure == null ? e : failure;
            }
        }
        if (failure != null) {
            throw failure;
        }
    }

    /** A step is short and must be finished before the arrays that it reads are freed: an interrupt waits for its end. */
    private static void await(Future<?> task) {
        boolean interrupted = false;
        try {
            while (true) {
                try {
                    task.get();
                    return;
                } catch (InterruptedException e) {
                    interrupted = true;
                } catch (ExecutionException e) {
                    if (e.getCause() instanceof RuntimeException cause) {
                        throw cause;
                    }
                    throw new IllegalStateException(e.getCause());
                }
            }
        } finally {
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
        }
    }
}
