package io.saddle.console.history;

import com.fasterxml.jackson.annotation.JsonInclude;
import io.saddle.schema.ConstraintMultiplier;
import io.saddle.schema.GradientSummary;
import io.saddle.schema.LossEstimate;
import io.saddle.schema.MultiplierUpdate;
import io.saddle.schema.SourceSummary;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * The points of one record on a run's curves, all at one primal step. A series' name is its figure and, after a slash, what it is of:
 * {@code loss/objective}, {@code multiplier/digit-4}.
 *
 * @param step the primal step
 * @param dualStep of a dual step: its number; else null
 * @param values a value for each series that the record says something of
 */
public record CurvePoints(
        long step,
        @JsonInclude(JsonInclude.Include.NON_NULL) Long dualStep,
        Map<String, Double> values) {

    private static final String OBJECTIVE = "objective";
    private static final String MIXTURE = "mixture/";
    private static final String MULTIPLIER = "multiplier/";

    /** A primal step: losses in the training batches, norms, cosines, speed. */
    public static CurvePoints of(GradientSummary summary) {
        Values values = new Values();
        values.put("lagrangian", summary.getLagrangianLoss());
        values.put("gradient-norm", summary.getGradientNorm());
        values.put("learning-rate", summary.getLearningRate());
        values.put("samples-per-second", summary.getSamplesPerSecond());
        values.put("stale-steps", (double) summary.getStaleSteps());
        for (SourceSummary source : summary.getSources()) {
            String of = "/" + source.getSource();
            values.put("loss" + of, source.getLoss());
            values.put("source-gradient-norm" + of, source.getGradientNorm());
            values.put("cosine" + of, source.getCosineToObjective());
        }
        return values.at(summary.getStep());
    }

    /** A dual step: multipliers, mixture weights, and what the constraints that moved were held against. */
    public static CurvePoints of(MultiplierUpdate update) {
        Values values = new Values();
        values.put(MIXTURE + OBJECTIVE, update.getObjectiveWeight());
        for (ConstraintMultiplier row : update.getConstraints()) {
            String of = "/" + row.getConstraintId();
            values.put(MULTIPLIER + row.getConstraintId(), row.getAfter());
            values.put(MIXTURE + row.getConstraintId(), row.getMixtureWeight());
            if (row.getLoss() != null) {
                values.put("bound" + of, row.getThreshold() + row.getRelaxation());
            }
        }
        return new CurvePoints(update.getStep(), update.getDualStep(), values.values);
    }

    /** Names of the series of constraints' multipliers and mixture weights. */
    Set<String> weights() {
        return values.keySet().stream()
                .filter(name -> name.startsWith(MULTIPLIER) || name.startsWith(MIXTURE))
                .collect(Collectors.toUnmodifiableSet());
    }

    /** An estimate, of a shadow too. */
    public static CurvePoints of(LossEstimate estimate) {
        Values values = new Values();
        String of = "/" + estimate.getConstraintId();
        values.put("estimate" + of, estimate.getLoss());
        values.put("standard-error" + of, estimate.getStandardError());
        return values.at(estimate.getStep());
    }

    /** Leaves out what is not known and what is no number. */
    private static final class Values {

        private final Map<String, Double> values = new LinkedHashMap<>();

        void put(String series, Double value) {
            if (value != null && Double.isFinite(value)) {
                values.put(series, value);
            }
        }

        CurvePoints at(long step) {
            return new CurvePoints(step, null, values);
        }
    }
}
