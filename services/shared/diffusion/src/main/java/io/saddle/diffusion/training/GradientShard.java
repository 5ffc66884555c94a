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
    /** What all shards of a step share. */
    record Step(long number, StepPlan plan, int[] sourceOfRow, float[] rowWeights, List<Source> sources) {}

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
    private final LibtorchTime libtorch = new LibtorchTime();
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
     * @param gradients gets the sum of the gradients of each group, in {@code manager}; null stays where a group has no rows
     * @param rowLosses gets the loss of each of the rows
     */
    void run(
            Step step,
            List<StepPlan.Range> ranges,
            NDArray weights,
            NDManager manager,
            NDArray[] gradients,
            float[] rowLosses) {
        libtorch.restart(0);
        for (StepPlan.Range range : ranges) {
            int count = range.to() - range.from();
            int parts = (count + settings.microBatch() - 1) / settings.microBatch();
            for (int part = 0; part < parts; part++) {
                int from = range.from() + count * part / parts;
                int to = range.from() + count * (part + 1) / parts;
                microBatch(step, from, to, range.group(), weights, manager, gradients, rowLosses);
            }
        }
        ended = System.nanoTime();
    }

    /** Nanoseconds of the last run that were spent inside libtorch. */
    long libtorchNanos() {
        return libtorch.nanos();
    }

    /** When the last run ended, by {@link System#nanoTime()}. */
    long ended() {
        return ended;
    }

    private void microBatch(
            Step step,
            int from,
            int to,
            int group,
            NDArray weights,
            NDManager manager,
            NDArray[] gradients,
            float[] rowLosses) {
        draw(step, from, to);
        UNet2DConfig config = settings.network();
        int rows = to - from;
        Shape shape = new Shape(rows, config.inChannels(), config.height(), config.width());
        try (NDManager scope = manager.newSubManager()) {
            NDArray x = noisyTensor.floats(scope, noisy, 0, shape);
            NDArray t = timestepTensor.longs(scope, step.plan().timesteps(), from, rows);
            if (group < 0) {
                libtorch.enter();
                float[] output =
                        network.predict(x, t, weights, settings.precision()).toFloatArray();
                libtorch.leave();
                losses(output, rows, rowLosses, from);
                return;
            }
            NDArray wanted = targetTensor.floats(scope, target, 0, shape);
            NDArray rowWeights = weightTensor.floats(scope, step.rowWeights(), from, new Shape(rows));
            libtorch.enter();
            NDList results = network.lossAndGradient(x, t, wanted, rowWeights, weights, settings.precision());
            System.arraycopy(results.get(0).toFloatArray(), 0, rowLosses, from, rows);
            if (gradients[group] == null) {
                gradients[group] = results.get(1);
                gradients[group].attach(manager);
            } else {
                gradients[group].addi(results.get(1));
            }
            libtorch.leave();
        }
    }

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
        for (int row = from; row < to; row++) {
            int source = step.sourceOfRow()[row];
            NoisePredictor teacher = step.sources().get(source).teacher();
            if (teacher != null) {
                int first = row;
                while (row + 1 < to && step.sourceOfRow()[row + 1] == source) {
                    row++;
                }
                teach(teacher, step, first, row + 1, from);
            }
        }
    }

    /** The teacher's word on the rows from {@code first} to {@code end}; {@code from} is the micro-batch's first. */
    private void teach(NoisePredictor teacher, Step step, int first, int end, int from) {
        int start = (first - from) * imageSize;
        int stop = (end - from) * imageSize;
        libtorch.enter();
        float[] taught = teacher.predict(
                Arrays.copyOfRange(noisy, start, stop),
                Arrays.copyOfRange(step.plan().timesteps(), first, end));
        libtorch.leave();
        System.arraycopy(taught, 0, target, start, taught.length);
    }

    private void losses(float[] output, int rows, float[] rowLosses, int from) {
        for (int row = 0; row < rows; row++) {
            rowLosses[from + row] = (float) SquaredError.mean(output, target, row * imageSize, imageSize);
        }
    }
}
