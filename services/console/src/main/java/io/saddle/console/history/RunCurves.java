package io.saddle.console.history;

import io.saddle.schema.ConstraintMultiplier;
import io.saddle.schema.GradientSummary;
import io.saddle.schema.LossEstimate;
import io.saddle.schema.MultiplierUpdate;
import io.saddle.schema.SourceSummary;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.BiConsumer;

/**
 * A run's curves over primal steps, as its records come, in bounded memory. A series' name is its figure and, after a slash, what
 * it is of: {@code loss/objective}, {@code multiplier/digit-4}. Thread-safe.
 */
public final class RunCurves {

    private static final int BUCKETS = 1000;

    private static final String OBJECTIVE = "objective";

    private final Map<String, Downsampled> series = new TreeMap<>();

    /** Takes a primal step: losses in the training batches, norms, cosines, speed. */
    public synchronized void add(GradientSummary summary) {
        long step = summary.getStep();
        add("lagrangian", step, summary.getLagrangianLoss());
        add("gradient-norm", step, summary.getGradientNorm());
        add("learning-rate", step, summary.getLearningRate());
        add("samples-per-second", step, summary.getSamplesPerSecond());
        add("stale-steps", step, (double) summary.getStaleSteps());
        for (SourceSummary source : summary.getSources()) {
            String of = "/" + source.getSource();
            if (source.getRows() > 0) {
                add("loss" + of, step, source.getLoss());
            }
            add("source-gradient-norm" + of, step, source.getGradientNorm());
            add("cosine" + of, step, source.getCosineToObjective());
        }
    }

    /** Takes a dual step: multipliers, mixture weights, and what the constraints that moved were held against. */
    public synchronized void add(MultiplierUpdate update) {
        long step = update.getStep();
        add("mixture/" + OBJECTIVE, step, update.getObjectiveWeight());
        for (ConstraintMultiplier row : update.getConstraints()) {
            String of = "/" + row.getConstraintId();
            add("multiplier" + of, step, row.getAfter());
            add("mixture" + of, step, row.getMixtureWeight());
            if (row.getLoss() != null) {
                add("bound" + of, step, row.getThreshold() + row.getRelaxation());
            }
        }
    }

    /** Takes an estimate, of a shadow too. */
    public synchronized void add(LossEstimate estimate) {
        String of = "/" + estimate.getConstraintId();
        add("estimate" + of, estimate.getStep(), estimate.getLoss());
        add("standard-error" + of, estimate.getStep(), estimate.getStandardError());
    }

    private void add(String name, long step, Double value) {
        if (value != null) {
            series.computeIfAbsent(name, any -> new Downsampled(BUCKETS)).add(step, value);
        }
    }

    /** Hands on a copy of each series, by name in order. */
    public synchronized void forEach(BiConsumer<String, Downsampled.Buckets> then) {
        series.forEach((name, values) -> then.accept(name, values.buckets()));
    }
}
