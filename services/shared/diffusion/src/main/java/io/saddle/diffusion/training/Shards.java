package io.saddle.diffusion.training;

import io.saddle.diffusion.network.GradientSum;
import io.saddle.diffusion.network.UNet2D;
import io.saddle.diffusion.schedule.ForwardProcess;
import io.saddle.diffusion.torch.Workers;
import java.util.ArrayList;
import java.util.List;

/**
 * The worker threads of a training run. Every worker takes the same part of every range of rows, and gradients are summed in
 * the order of the workers, so that the result is the same to the last bit whoever finishes first.
 */
final class Shards implements AutoCloseable {
    private final UNet2D network;
    private final FlatOps ops;
    private final List<GradientShard> shards = new ArrayList<>();
    private final Workers threads;
    private long libtorchNanos;

    Shards(TrainingSettings settings, UNet2D network, FlatOps ops, ForwardProcess process) {
        this.network = network;
        this.ops = ops;
        for (int i = 0; i < settings.workers(); i++) {
            shards.add(new GradientShard(settings, network, process));
        }
        threads = new Workers(settings.workers(), "primal-step");
    }

    /**
     * Runs a step's ranges.
     *
     * @param groups number of groups that gradients are summed in
     * @return the summed gradient of each group; null for a group without rows
     */
    GradientSum[] run(GradientShard.Step step, List<StepPlan.Range> ranges, int groups) {
        GradientSum[][] parts = new GradientSum[shards.size()][groups];
        List<Runnable> tasks = new ArrayList<>(shards.size());
        for (int i = 0; i < shards.size(); i++) {
            GradientShard shard = shards.get(i);
            List<StepPlan.Range> part = part(ranges, i);
            GradientSum[] gradients = parts[i];
            tasks.add(() -> shard.run(step, part, gradients));
        }
        threads.run(tasks);
        long awaited = System.nanoTime();
        sum(parts);
        libtorchNanos = slowest().libtorchNanos() + System.nanoTime() - awaited;
        return parts[0];
    }

    /** Adds every shard's gradients to the first one's, group by group. */
    private void sum(GradientSum[][] parts) {
        GradientSum[] sums = parts[0];
        for (int i = 1; i < parts.length; i++) {
            for (int group = 0; group < sums.length; group++) {
                if (sums[group] == null) {
                    sums[group] = parts[i][group];
                } else if (parts[i][group] != null) {
                    ops.add(network.parts(sums[group]), network.parts(parts[i][group]));
                    parts[i][group].close();
                }
            }
        }
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
        threads.close();
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
}
