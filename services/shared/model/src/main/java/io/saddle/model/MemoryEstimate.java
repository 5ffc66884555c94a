package io.saddle.model;

import io.saddle.diffusion.network.NoisePredictor;
import io.saddle.diffusion.network.UNet2D;
import io.saddle.diffusion.network.UNet2DConfig;
import io.saddle.diffusion.training.MicroBatch;
import io.saddle.diffusion.training.TrainingSettings;
import io.saddle.run.spec.RunSpec;
import java.util.Locale;
import java.util.Optional;

/**
 * The memory outside the heap that a network takes, in bytes. What is counted are the vectors that there are at the same time, and
 * the maps that a pass keeps, whose number was measured.
 */
public final class MemoryEstimate {

    /** Weights, AdamW's mean and variance, the average. */
    private static final int STATE_VECTORS = 4;
    /** Of one worker, in halves: its sum of gradients, and weights in bfloat16. */
    private static final int HALF_VECTORS = 3;
    /** Of a step that measures each source's gradient by itself: that one as a whole, the objective's, and the sum of those before. */
    private static final int DIAGNOSTIC_VECTORS = 3;
    /** Snapshots on their way to the disk, beside one checkpoint. */
    private static final int COPIED_SNAPSHOTS = 2;
    /** Of a slot: weights and both moments. */
    private static final int SLOT_VECTORS = 3;
    /** Of the owner of slots: its state, a sum, a slot's state, the merged one. */
    private static final int MERGING_VECTORS = 2 * STATE_VECTORS + 2 * SLOT_VECTORS;
    /** Weights of a network of which a checkpoint is a copy, a gigabyte with its moments and average. */
    private static final long MOST_COPIED = 1L << 26;
    /** Maps of the first level's size that a pass without a gradient keeps of a row, for each layer of a block and its skip. */
    private static final int MAPS_WITHOUT_GRADIENT = 4;

    private MemoryEstimate() {}

    /**
     * A run in a trainer that computes on the host.
     *
     * @param workers threads that share a step
     */
    public static long training(UNet2DConfig network, int workers) {
        return training(network, 1, workers);
    }

    /**
     * A run in a trainer that computes on several logical devices of the host: each but the first has weights of its own, and all of
     * them one vector on the way to it.
     *
     * @param workers threads that share a step, of all devices together
     */
    public static long training(UNet2DConfig network, int devices, int workers) {
        long replicas = devices == 1 ? 0 : devices;
        long threads = (long) devices * TrainingSettings.workersOfADevice(workers, devices);
        long vectors = STATE_VECTORS + DIAGNOSTIC_VECTORS + copiedVectors(network) + replicas;
        long halves = 2 * vectors + HALF_VECTORS * threads;
        return halves * vector(network) / 2 + threads * MicroBatch.bytes(network);
    }

    /** A run in a trainer that computes on GPUs, on the host: the state that it begins with, and then copies of what lies on the primary one, at most two of all. */
    public static long trainingOnGpu(UNet2DConfig network) {
        return 2L * STATE_VECTORS * vector(network);
    }

    /**
     * A run in a trainer.
     *
     * @param gpu whether that computes on a GPU
     */
    public static long run(RunSpec spec, boolean gpu, int workers) {
        UNet2DConfig network = RunModel.of(spec).network();
        // The owner of slots does some of them itself.
        return spec.training().slotCount() == 1
                ? training(spec, network, gpu, workers)
                : slot(spec, gpu, workers) + (MERGING_VECTORS + copiedVectors(network)) * vector(network);
    }

    /**
     * Slots of a run in a trainer that does not own it: beside the training, the round's base.
     *
     * @param gpu whether that computes on a GPU
     */
    public static long slot(RunSpec spec, boolean gpu, int workers) {
        UNet2DConfig network = RunModel.of(spec).network();
        return training(spec, network, gpu, workers) + SLOT_VECTORS * vector(network);
    }

    private static long training(RunSpec spec, UNet2DConfig network, boolean gpu, int workers) {
        int processors = Math.max(1, RunModel.devices(spec).processors());
        return gpu ? trainingOnGpu(network) : training(network, processors, workers);
    }

    /** A run, whichever of its devices a trainer has. */
    public static long trainingAtLeast(RunSpec spec, int workers) {
        long onHost = run(spec, false, workers);
        return RunModel.devices(spec).processors() > 0 ? onHost : Math.min(onHost, run(spec, true, workers));
    }

    private static int copiedVectors(UNet2DConfig network) {
        return areCopied(UNet2D.layout(network).size()) ? STATE_VECTORS + COPIED_SNAPSHOTS : 0;
    }

    /**
     * True if training goes on while copies of its state are written, as checkpoints and snapshots; else it waits for them.
     *
     * @param weights number of the network's
     */
    public static boolean areCopied(long weights) {
        return weights <= MOST_COPIED;
    }

    /**
     * A snapshot in an evaluator.
     *
     * @param workers threads that each take a batch of their own
     */
    public static long evaluation(UNet2DConfig network, int workers) {
        long map = (long) network.blockOutChannels().get(0) * network.height() * network.width() * Float.BYTES;
        return vector(network)
                + workers * NoisePredictor.BATCH * map * MAPS_WITHOUT_GRADIENT * (network.layersPerBlock() + 1);
    }

    private static long vector(UNet2DConfig network) {
        return (long) UNet2D.layout(network).size() * Float.BYTES;
    }

    /** The refusal of what takes more than there may be; empty if it does not. */
    public static Optional<String> tooLarge(long estimate, long limit) {
        return estimate <= limit
                ? Optional.empty()
                : Optional.of("the network takes about " + text(estimate) + " of memory, at most " + text(limit)
                        + " may be taken (saddle.memory.limit of the service): take a smaller network (model.unet), or a"
                        + " machine with more memory");
    }

    private static String text(long bytes) {
        return String.format(Locale.ROOT, "%.1f GiB", bytes / (double) (1 << 30));
    }
}
