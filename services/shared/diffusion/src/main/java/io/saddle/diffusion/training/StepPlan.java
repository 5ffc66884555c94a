package io.saddle.diffusion.training;

import io.saddle.diffusion.random.RandomStreams;
import io.saddle.diffusion.schedule.LossWeighting;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * The rows of one step: which image and timestep each has. The rows of a source follow each other, in the order of the
 * sources. A pure function of settings, data sizes, multipliers and step.
 *
 * @param rows number of rows of each source
 * @param images for each row the image within its source's data
 * @param timesteps for each row
 * @param totals weight of each source's mean loss over its rows in the step's loss
 */
record StepPlan(int[] rows, int[] images, int[] timesteps, double[] totals) {

    /** A range of rows whose gradients are summed together; group -1 wants losses only. */
    record Range(int from, int to, int group) {}

    static StepPlan of(TrainingSettings settings, int[] imageCounts, Multipliers lambda, long step) {
        RandomStreams streams = new RandomStreams(settings.seed());
        int batch = settings.batchSize();
        int sources = imageCounts.length;
        int[] rows = new int[sources];
        double[] totals = lambda.sourceWeights();
        if (settings.batching() == BatchingMode.MIXTURE) {
            double u = streams.stream("mixture", step).nextDouble();
            rows = MixtureAllocation.rows(lambda.mixture(), batch, u);
            for (int i = 0; i < sources; i++) {
                totals[i] = lambda.scale() * rows[i] / batch;
            }
        } else {
            Arrays.fill(rows, batch);
        }
        int total = Arrays.stream(rows).sum();
        int[] images = new int[total];
        int[] timesteps = new int[total];
        int trainTimesteps = settings.schedule().trainTimesteps();
        for (int source = 0, row = 0; source < sources; source++) {
            for (int k = 0; k < rows[source]; k++, row++) {
                images[row] = streams.stream("image", step, row).nextInt(imageCounts[source]);
                double u = streams.stream("timestep", step, row).nextDouble();
                double position = settings.stratifiedTimesteps() ? (k + u) / rows[source] : u;
                timesteps[row] = Math.min(trainTimesteps - 1, (int) (position * trainTimesteps));
            }
        }
        return new StepPlan(rows, images, timesteps, totals);
    }

    /** First row of a source. */
    int start(int source) {
        int start = 0;
        for (int i = 0; i < source; i++) {
            start += rows[i];
        }
        return start;
    }

    /** The source of each row. */
    int[] sourceOfRow() {
        int[] sources = new int[images.length];
        for (int i = 0; i < rows.length; i++) {
            Arrays.fill(sources, start(i), start(i) + rows[i], i);
        }
        return sources;
    }

    /** One group for each source: the gradient of its mean loss. */
    List<Range> rangesBySource() {
        List<Range> ranges = new ArrayList<>();
        for (int i = 0; i < rows.length; i++) {
            if (rows[i] > 0) {
                ranges.add(new Range(start(i), start(i) + rows[i], i));
            }
        }
        return ranges;
    }

    /** A single group: the gradient of the step's loss. Sources without weight take no part in it. */
    List<Range> rangesTogether() {
        List<Range> ranges = new ArrayList<>();
        for (Range source : rangesBySource()) {
            int group = totals[source.group()] > 0 ? 0 : -1;
            Range last = ranges.isEmpty() ? null : ranges.get(ranges.size() - 1);
            if (last != null && last.group() == group && last.to() == source.from()) {
                ranges.set(ranges.size() - 1, new Range(last.from(), source.to(), group));
            } else {
                ranges.add(new Range(source.from(), source.to(), group));
            }
        }
        return ranges;
    }

    /**
     * Weight of each row: in its source's mean loss if {@code bySource}, else in the step's loss.
     *
     * @param objective the weighting of the first source's rows
     */
    float[] rowWeights(boolean bySource, LossWeighting objective) {
        float[] weights = new float[images.length];
        for (int i = 0; i < rows.length; i++) {
            float weight = (float) ((bySource ? 1 : totals[i]) / Math.max(1, rows[i]));
            Arrays.fill(weights, start(i), start(i) + rows[i], weight);
        }
        for (int row = 0; row < rows[0]; row++) {
            weights[row] *= objective.at(timesteps[row]);
        }
        return weights;
    }
}
