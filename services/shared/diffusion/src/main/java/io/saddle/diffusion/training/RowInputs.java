package io.saddle.diffusion.training;

import ai.djl.Device;
import io.saddle.diffusion.network.NoisePredictor;
import io.saddle.diffusion.network.UNet2DConfig;
import io.saddle.diffusion.random.RandomStreams;
import io.saddle.diffusion.schedule.ForwardProcess;
import java.util.Arrays;
import java.util.List;

/**
 * The inputs and targets of the rows that go through the network together. All that is drawn comes from (seed, purpose, step,
 * row): a row is the same in whatever micro-batch and on whatever worker it is.
 */
final class RowInputs {
    /**
     * What all rows of a step share.
     *
     * @param number the step's
     * @param sourceOfRow place of each row's source among the sources
     * @param streams what is drawn from
     */
    record Step(long number, StepPlan plan, int[] sourceOfRow, List<Source> sources, RandomStreams streams) {
        /** The same rows, whose teachers answer on a device. */
        Step on(Device device) {
            List<Source> there =
                    sources.stream().map(source -> source.on(device)).toList();
            return new Step(number, plan, sourceOfRow, there, streams);
        }
    }

    private final ForwardProcess process;
    private final double labelDropout;
    private final UNet2DConfig network;
    private final int imageSize;
    private final float[] noisy;
    private final float[] target;
    private final float[] times;
    private final int[] labels;

    RowInputs(TrainingSettings settings, ForwardProcess process) {
        this.process = process;
        labelDropout = settings.labelDropout();
        network = settings.network();
        imageSize = network.inChannels() * network.height() * network.width();
        int most = Math.multiplyExact(settings.microBatch(), imageSize);
        noisy = new float[most];
        target = new float[most];
        times = new float[settings.microBatch()];
        labels = network.classConditional() ? new int[settings.microBatch()] : null;
    }

    /** Values in one image. */
    int imageSize() {
        return imageSize;
    }

    /** x_t of each row. */
    float[] noisy() {
        return noisy;
    }

    /** What the network should say of each row. */
    float[] target() {
        return target;
    }

    /** The time that the network is told of each row. */
    float[] times() {
        return times;
    }

    /** The class of each row; null for a network without classes. */
    int[] labels() {
        return labels;
    }

    /** Rows {@code from} to {@code to}: x_t, its time, the label, and the target but where there is a teacher. */
    void draw(Step step, int from, int to) {
        for (int row = from; row < to; row++) {
            int offset = (row - from) * imageSize;
            Source source = step.sources().get(step.sourceOfRow()[row]);
            int t = step.plan().timesteps()[row];
            times[row - from] = process.time(t);
            if (source.teacher() == null) {
                int image = step.plan().images()[row];
                source.data().scaled(image, noisy, offset);
                if (source.data().isDrawn()) {
                    step.streams().gaussian(target, offset, imageSize, "latent", step.number(), row);
                    source.data().draw(image, noisy, target, offset);
                }
                if (happens(source.horizontalFlip(), "flip", step, row)) {
                    source.data().mirror(noisy, offset);
                }
                step.streams().gaussian(target, offset, imageSize, "noise", step.number(), row);
                process.apply(t, noisy, target, offset, imageSize);
            } else {
                step.streams().gaussian(noisy, offset, imageSize, "pure-noise", step.number(), row);
            }
            if (labels != null) {
                labels[row - from] = label(step, source, row);
            }
        }
    }

    /** The targets of rows that have a teacher: what it says of them, all rows of one source together. */
    void teach(Step step, int from, int to) {
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
                        Arrays.copyOfRange(times, first - from, end - from),
                        labels == null ? null : Arrays.copyOfRange(labels, first - from, end - from));
                System.arraycopy(taught, 0, target, start, taught.length);
            }
        }
    }

    /**
     * An image's own class unless it is dropped; any label for pure noise, the last one too: it is a class of data where no labels
     * are dropped, and guidance needs it where they are.
     */
    private int label(Step step, Source source, int row) {
        if (source.teacher() != null) {
            return step.streams().stream("pure-label", step.number(), row).nextInt(network.labelCount());
        }
        return happens(labelDropout, "label-dropout", step, row)
                ? network.nullClass()
                : source.data().label(step.plan().images()[row]);
    }

    private static boolean happens(double probability, String purpose, Step step, int row) {
        return probability > 0
                && step.streams().stream(purpose, step.number(), row).nextDouble() < probability;
    }
}
