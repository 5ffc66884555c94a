package io.saddle.diffusion.training;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import io.saddle.diffusion.network.NoisePredictor;
import io.saddle.diffusion.network.UNet2D;
import io.saddle.diffusion.network.UNet2DConfig;
import io.saddle.diffusion.random.RandomStreams;
import io.saddle.diffusion.schedule.ForwardProcess;
import io.saddle.diffusion.torch.HostTensor;
import java.util.Arrays;
import java.util.List;

/** One worker's part of a step: draws its rows' noise, runs forward and backward in micro-batches, sums the gradients. */
final class GradientShard {
    /**
     * The part of a step that all shards share.
     *
     * @param rowWeights weight of each row's loss in what gradients are taken of
     * @param weights theta
     * @param scope gets the gradients
     * @param rowLosses gets the loss of each row
     */
    record Step(
            long number,
            StepPlan plan,
            int[] sourceOfRow,
            float[] rowWeights,
            List<Source> sources,
            NDArray weights,
            NDManager scope,
            float[] rowLosses) {}

    private final TrainingSettings settings;
    private final UNet2D network;
    private final ForwardProcess process;
    private final RandomStreams streams;
    private final int imageSize;
    private final float[] noisy;
    private final float[] target;
    private final HostTensor noisyTensor;
    private final HostTensor targetTensor;
    private final HostTensor timestepTensor;
    private final HostTensor weightTensor;
    private long libtorchNanos;
    private long ended;

    GradientShard(TrainingSettings settings, UNet2D network, ForwardProcess process) {
        this.settings = settings;
        this.network = network;
        this.process = process;
        streams = new RandomStreams(settings.seed());
        UNet2DConfig config = settings.network();
        imageSize = config.inChannels() * config.height() * config.width();
        int most = Math.multiplyExact(settings.microBatch(), imageSize);
        noisy = new float[most];
        target = new float[most];
        noisyTensor = new HostTensor(most * Float.BYTES);
        targetTensor = new HostTensor(most * Float.BYTES);
        timestepTensor = new HostTensor(settings.microBatch() * Long.BYTES);
        weightTensor = new HostTensor(settings.microBatch() * Float.BYTES);
    }

    /**
     * Runs these ranges of rows.
     *
     * @param gradients gets the sum of the gradients of each group; null stays where a group has no rows
     */
    void run(Step step, List<StepPlan.Range> ranges, NDArray[] gradients) {
        libtorchNanos = 0;
        for (StepPlan.Range range : ranges) {
            int count = range.to() - range.from();
            int parts = (count + settings.microBatch() - 1) / settings.microBatch();
            for (int part = 0; part < parts; part++) {
                int from = range.from() + count * part / parts;
                int to = range.from() + count * (part + 1) / parts;
                draw(step, from, to);
                long drawn = System.nanoTime();
                teach(step, from, to);
                differentiate(step, from, to, range.group(), gradients);
                libtorchNanos += System.nanoTime() - drawn;
            }
        }
        ended = System.nanoTime();
    }

    /** Nanoseconds of the last run that were spent inside libtorch, with what goes in and comes out. */
    long libtorchNanos() {
        return libtorchNanos;
    }

    /** The end of the last run, by {@link System#nanoTime()}. */
    long ended() {
        return ended;
    }

    /** x_t and the target of each row: from an image and noise, or pure noise that a teacher answers for. */
    private void draw(Step step, int from, int to) {
        for (int row = from; row < to; row++) {
            int offset = (row - from) * imageSize;
            Source source = step.sources().get(step.sourceOfRow()[row]);
            if (source.teacher() == null) {
                source.data().scaled(step.plan().images()[row], noisy, offset);
                streams.gaussian(target, offset, imageSize, "noise", step.number(), row);
                process.apply(step.plan().timesteps()[row], noisy, target, offset, imageSize);
            } else {
                streams.gaussian(noisy, offset, imageSize, "pure-noise", step.number(), row);
            }
        }
    }

    /** The targets of rows that have a teacher: what it says of them, all rows of one source together. */
    private void teach(Step step, int from, int to) {
        for (int first = from, end; first < to; first = end) {
            int source = step.sourceOfRow()[first];
            end = first + 1;
            while (end < to && step.sourceOfRow()[end] == source) {
                end++;
            }
            NoisePredictor teacher = step.sources().get(source).teacher();
            if (teacher != null) {
                int start = (first - from) * imageSize;
                float[] taught = teacher.predict(
                        Arrays.copyOfRange(noisy, start, (end - from) * imageSize),
                        Arrays.copyOfRange(step.plan().timesteps(), first, end));
                System.arraycopy(taught, 0, target, start, taught.length);
            }
        }
    }

    /** The rows' losses and, except in group -1, the gradient of their weighted sum, which is added to its group's. */
    private void differentiate(Step step, int from, int to, int group, NDArray[] gradients) {
        UNet2DConfig config = settings.network();
        int rows = to - from;
        Shape shape = new Shape(rows, config.inChannels(), config.height(), config.width());
        try (NDManager scope = step.scope().newSubManager()) {
            NDArray x = noisyTensor.floats(scope, noisy, 0, shape);
            NDArray t = timestepTensor.longs(scope, step.plan().timesteps(), from, rows);
            if (group < 0) {
                losses(
                        network.predict(x, t, step.weights(), settings.precision())
                                .toFloatArray(),
                        rows,
                        step.rowLosses(),
                        from);
                return;
            }
            NDArray wanted = targetTensor.floats(scope, target, 0, shape);
            NDArray rowWeights = weightTensor.floats(scope, step.rowWeights(), from, new Shape(rows));
            NDList results = network.lossAndGradient(x, t, wanted, rowWeights, step.weights(), settings.precision());
            System.arraycopy(results.get(0).toFloatArray(), 0, step.rowLosses(), from, rows);
            if (gradients[group] == null) {
                gradients[group] = results.get(1);
                gradients[group].attach(step.scope());
            } else {
                gradients[group].addi(results.get(1));
            }
        }
    }

    private void losses(float[] output, int rows, float[] rowLosses, int from) {
        for (int row = 0; row < rows; row++) {
            rowLosses[from + row] = (float) SquaredError.mean(output, target, row * imageSize, imageSize);
        }
    }
}
