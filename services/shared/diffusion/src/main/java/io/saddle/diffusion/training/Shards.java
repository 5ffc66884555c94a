package io.saddle.diffusion.training;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import io.saddle.diffusion.network.GradientSum;
import io.saddle.diffusion.network.UNet2D;
import io.saddle.diffusion.schedule.ForwardProcess;
import io.saddle.diffusion.torch.Workers;
import java.util.ArrayList;
import java.util.List;

/**
 * The worker threads of a training run, those of its first device first. Every worker takes the same part of every range of rows, and
 * gradients are summed on the primary device, in the order of the workers, so that the result is the same to the last bit whoever finishes
 * first, and on however many devices of one kind the workers are.
 */
final class Shards implements AutoCloseable {
    private final UNet2D network;
    private final FlatOps ops;
    private final Replicas replicas;
    /** Shards of each device. */
    private final int ofADevice;

    private final List<GradientShard> shards = new ArrayList<>();
    private final Workers threads;
    private long libtorchNanos;

    /** @param devices those of the settings on this machine, the primary first */
    Shards(TrainingSettings settings, List<Device> devices, UNet2D network, FlatOps ops, ForwardProcess process) {
        this.network = network;
        this.ops = ops;
        ofADevice = TrainingSettings.workersOfADevice(settings.workers(), devices.size());
        int count = ofADevice * devices.size();
        for (int i = 0; i < count; i++) {
            shards.add(new GradientShard(settings, network, process));
        }
        replicas = new Replicas(devices, ops, network.layout().size());
        threads = new Workers(count);
    }

    /** Takes the primary device's weights, which have changed, to all others. */
    void refresh(NDArray weights) {
        replicas.refresh(weights);
    }

    /**
     * Runs ranges of a step's rows.
     *
     * @param step on the primary device
     * @return on the primary device, the sum of the gradients; null if no row is differentiated
     */
    GradientSum run(GradientShard.Step step, List<StepPlan.Range> ranges) {
        GradientSum[] sums = new GradientSum[shards.size()];
        List<Runnable> tasks = new ArrayList<>(shards.size());
        for (int i = 0; i < shards.size(); i++) {
            int shard = i;
            List<StepPlan.Range> part = part(ranges, i);
            GradientShard.Step there =
                    isPrimary(i) ? step : replicas.get(i / ofADevice).of(step);
            tasks.add(() -> sums[shard] = shards.get(shard).run(there, part));
        }
        threads.run(tasks);
        long awaited = System.nanoTime();
        GradientSum sum = sum(sums, step);
        libtorchNanos += slowest().libtorchNanos() + System.nanoTime() - awaited;
        return sum;
    }

    private boolean isPrimary(int shard) {
        return shard < ofADevice;
    }

    /** Adds every shard's gradient to that of the first that has one, or to an empty sum if that one is of another device. */
    private GradientSum sum(GradientSum[] sums, GradientShard.Step step) {
        GradientSum total = null;
        for (int i = 0; i < sums.length; i++) {
            GradientSum sum = sums[i];
            if (sum == null) {
                continue;
            }
            if (!isPrimary(i)) {
                total = total == null ? network.newSum(step.weights(), step.scope()) : total;
                replicas.add(total, sum);
            } else if (total == null) {
                total = sum;
            } else {
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
        replicas.close();
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
