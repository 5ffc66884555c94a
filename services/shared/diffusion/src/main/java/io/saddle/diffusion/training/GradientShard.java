package io.saddle.diffusion.training;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import io.saddle.diffusion.network.GradientSum;
import io.saddle.diffusion.network.UNet2D;
import io.saddle.diffusion.network.UNet2DConfig;
import io.saddle.diffusion.schedule.ForwardProcess;
import io.saddle.diffusion.torch.HostTensor;
import java.util.List;

/** One worker's part of a step: draws its rows' inputs, runs forward and backward in micro-batches, sums the gradients. */
final class GradientShard {
    /**
     * The part of a step that all shards share.
     *
     * @param inputs what rows are drawn from
     * @param rowWeights weight of each row's loss in what gradients are taken of
     * @param weights theta
     * @param scope gets the gradients
     * @param rowLosses gets the loss of each row
     */
    record Step(RowInputs.Step inputs, float[] rowWeights, NDArray weights, NDManager scope, float[] rowLosses) {
        /** The same step on another device: with the weights there, and teachers that answer there. */
        Step on(NDArray itsWeights, NDManager itsScope) {
            return new Step(inputs.on(itsScope.getDevice()), rowWeights, itsWeights, itsScope, rowLosses);
        }
    }

    private final TrainingSettings settings;
    private final UNet2D network;
    private final RowInputs inputs;
    private final HostTensor noisyTensor;
    private final HostTensor targetTensor;
    private final HostTensor timestepTensor;
    private final HostTensor weightTensor;
    private final HostTensor labelTensor;
    private long libtorchNanos;
    private long ended;

    GradientShard(TrainingSettings settings, UNet2D network, ForwardProcess process) {
        this.settings = settings;
        this.network = network;
        inputs = new RowInputs(settings, process);
        noisyTensor = new HostTensor(inputs.noisy().length * Float.BYTES);
        targetTensor = new HostTensor(inputs.target().length * Float.BYTES);
        timestepTensor = new HostTensor(settings.microBatch() * Float.BYTES);
        weightTensor = new HostTensor(settings.microBatch() * Float.BYTES);
        labelTensor = inputs.labels() == null ? null : new HostTensor(settings.microBatch() * Long.BYTES);
    }

    /**
     * Runs these ranges of rows.
     *
     * @return the sum of the gradients; null if no row is differentiated
     */
    GradientSum run(Step step, List<StepPlan.Range> ranges) {
        libtorchNanos = 0;
        GradientSum sum = null;
        for (StepPlan.Range range : ranges) {
            int count = range.to() - range.from();
            int parts = (count + settings.microBatch() - 1) / settings.microBatch();
            for (int part = 0; part < parts; part++) {
                int from = range.from() + count * part / parts;
                int to = range.from() + count * (part + 1) / parts;
                inputs.draw(step.inputs(), from, to);
                long drawn = System.nanoTime();
                inputs.teach(step.inputs(), from, to);
                if (range.differentiated()) {
                    sum = sum == null ? network.newSum(step.weights(), step.scope()) : sum;
                    differentiate(step, from, to, sum);
                } else {
                    measure(step, from, to);
                }
                libtorchNanos += System.nanoTime() - drawn;
            }
        }
        ended = System.nanoTime();
        return sum;
    }

    /** Nanoseconds of the last run that were spent inside libtorch, with what goes in and comes out. */
    long libtorchNanos() {
        return libtorchNanos;
    }

    /** The end of the last run, by {@link System#nanoTime()}. */
    long ended() {
        return ended;
    }

    /** The rows' losses and the gradient of their weighted sum, which is added to {@code sum}. */
    private void differentiate(Step step, int from, int to, GradientSum sum) {
        int rows = to - from;
        try (NDManager scope = step.scope().newSubManager()) {
            NDArray wanted = targetTensor.floats(scope, inputs.target(), 0, shape(rows));
            NDArray rowWeights = weightTensor.floats(scope, step.rowWeights(), from, new Shape(rows));
            NDArray losses = network.addGradient(
                    noisy(scope, rows),
                    timesteps(scope, rows),
                    labels(scope, rows),
                    wanted,
                    rowWeights,
                    sum,
                    settings.precision());
            System.arraycopy(losses.toFloatArray(), 0, step.rowLosses(), from, rows);
        }
    }

    private void measure(Step step, int from, int to) {
        int rows = to - from;
        try (NDManager scope = step.scope().newSubManager()) {
            NDArray output = network.predict(
                    noisy(scope, rows),
                    timesteps(scope, rows),
                    labels(scope, rows),
                    step.weights(),
                    settings.precision());
            losses(output.toFloatArray(), rows, step.rowLosses(), from);
        }
    }

    private NDArray noisy(NDManager scope, int rows) {
        return noisyTensor.floats(scope, inputs.noisy(), 0, shape(rows));
    }

    private NDArray timesteps(NDManager scope, int rows) {
        return timestepTensor.floats(scope, inputs.times(), 0, new Shape(rows));
    }

    private NDArray labels(NDManager scope, int rows) {
        return labelTensor == null ? null : labelTensor.longs(scope, inputs.labels(), 0, rows);
    }

    private Shape shape(int rows) {
        UNet2DConfig config = settings.network();
        return new Shape(rows, config.inChannels(), config.height(), config.width());
    }

    private void losses(float[] output, int rows, float[] rowLosses, int from) {
        int size = inputs.imageSize();
        for (int row = 0; row < rows; row++) {
            rowLosses[from + row] = (float) SquaredError.mean(output, inputs.target(), row * size, size);
        }
    }
}
