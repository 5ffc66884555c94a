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
    private final FlatOps ops;
    private final List<GradientShard> shards = new ArrayList<>();
    private final Workers threads;
    private long libtorchNanos;

    Shards(TrainingSettings settings, UNet2D network, FlatOps ops, ForwardProcess process) {
        this.ops = ops;
        for (int i = 0; i < settings.workers(); i++) {
            shards.add(new GradientShard(settings, network, process));
        }
        threads = new Workers(settings.workers());
    }

    /**
     * Runs ranges of a step's rows.
     *
     * @return the sum of the gradients; null if no row is differentiated
     */
    GradientSum run(GradientShard.Step step, List<StepPlan.Range> ranges) {
        GradientSum[] sums = new GradientSum[shards.size()];
        List<Runnable> tasks = new ArrayList<>(shards.size());
        for (int i = 0; i < shards.size(); i++) {
            int shard = i;
            List<StepPlan.Range> part = part(ranges, i);
            tasks.add(() -> sums[shard] = shards.get(shard).run(step, part));
        }
        threads.run(tasks);
        long awaited = System.nanoTime();
        GradientSum sum = sum(sums);
        libtorchNanos += slowest().libtorchNanos() + System.nanoTime() - awaited;
        return sum;
    }

    /** Adds every shard's gradient to that of the first that has one. */
    private GradientSum sum(GradientSum[] sums) {
        GradientSum total = null;
        for (GradientSum sum : sums) {
            if (total == null) {
                total = sum;
            } else if (sum != null) {
                ops.add(total.parts(), sum.parts());
                sum.close();
            }
        }
        return total;
    }

    /** Nanoseconds inside libtorch on the critical path of all runs so far: of the shard that ended last, and of the sums. */
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
                parts.add(new StepPlan.Range(from, to, range.differentiated()));
            }
        }
        return parts;
    }
}
