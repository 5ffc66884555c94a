package io.saddle.console;

import com.fasterxml.jackson.annotation.JsonInclude;
import io.saddle.run.dual.SignificantDigits;
import io.saddle.run.spec.ConstraintKinds;
import io.saddle.run.spec.DataSelections;
import io.saddle.run.spec.LossWords;
import io.saddle.schema.ConstraintDefinition;
import io.saddle.schema.ConstraintMultiplier;
import io.saddle.schema.DataSelection;
import io.saddle.schema.LossEstimate;
import io.saddle.schema.ThresholdKind;
import java.time.Instant;
import java.util.Collection;
import java.util.Optional;

/**
 * A constraint as people look at it: what is required, what was measured last, and what it costs.
 *
 * @param measuredIn the loss that threshold and measurement are in, in words; null if the run's specification cannot be read
 * @param trainedOn the loss that training minimises for it, in words, where that is another one
 * @param required in words
 * @param data what it is about, in words; null for a kind without data, and for a selection that this release cannot read
 * @param dualStepsKnown false while a console that has just started reads the dual steps: what they say is null
 * @param bound b of the last dual step; null before
 * @param relaxation 2 gamma lambda of that step: what the resilient form allows beyond b, at a cost
 * @param loss the newest estimate; null before the first
 * @param standing in words: "met by 4 %", "violated by 11 %"; null before the first dual step, and for a shadow
 * @param multiplier lambda; it is the shadow price too: d(objective loss) / d(threshold) = -lambda at the optimum
 * @param evaluatorOffered whether somebody announces the evaluator
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
record ConstraintView(
        String constraintId,
        String state,
        int version,
        String kind,
        String evaluator,
        boolean evaluatorOffered,
        String shadowOf,
        double threshold,
        String thresholdKind,
        String required,
        String measuredIn,
        String trainedOn,
        String data,
        boolean dualStepsKnown,
        Double bound,
        Double relaxation,
        Double loss,
        Double standardError,
        Long measuredAtStep,
        Double multiplier,
        Double mixtureWeight,
        Double slack,
        String standing,
        String updatedBy,
        String reason,
        Instant updatedAt) {

    /** @param rows of the newest dual step; empty: it is not known yet */
    static ConstraintView of(
            ConstraintDefinition definition,
            Optional<Collection<ConstraintMultiplier>> rows,
            Optional<LossEstimate> estimate,
            Optional<LossWords> words,
            boolean offered) {
        String kind = ConstraintKinds.of(definition);
        ConstraintMultiplier row = rows.stream()
                .flatMap(Collection::stream)
                .filter(r -> r.getConstraintId().equals(definition.getConstraintId()))
                .findFirst()
                .orElse(null);
        return new ConstraintView(
                definition.getConstraintId(),
                definition.getState().name(),
                definition.getVersion(),
                kind,
                definition.getEvaluator(),
                offered,
                definition.getShadowOf(),
                definition.getThreshold(),
                definition.getThresholdKind().name(),
                required(definition),
                words.map(losses -> losses.measured(kind)).orElse(null),
                words.flatMap(losses -> losses.trained(kind)).orElse(null),
                data(definition.getData()),
                rows.isPresent(),
                row == null ? null : row.getThreshold(),
                row == null || row.getRelaxation() == 0 ? null : row.getRelaxation(),
                estimate.map(LossEstimate::getLoss).orElse(row == null ? null : row.getLoss()),
                estimate.map(LossEstimate::getStandardError)
                        .filter(error -> !error.isNaN())
                        .orElse(null),
                estimate.map(LossEstimate::getStep).orElse(null),
                row == null ? null : row.getAfter(),
                row == null ? null : row.getMixtureWeight(),
                row == null ? null : row.getSlack(),
                standing(definition, row),
                definition.getUpdatedBy(),
                definition.getReason(),
                definition.getUpdatedAt());
    }

    private static String data(DataSelection data) {
        try {
            return data == null ? null : DataSelections.words(data);
        } catch (IllegalArgumentException e) {
            return null;
        }
    }

    private static String required(ConstraintDefinition definition) {
        double threshold = definition.getThreshold();
        if (ConstraintKinds.of(definition).equals(ConstraintKinds.CLASS_FREQUENCY)) {
            return "at least " + shown(100 * (1 - threshold)) + " % of the generated images";
        }
        return switch (definition.getThresholdKind()) {
            case RELATIVE_TO_OBJECTIVE -> "at most " + shown(100 * threshold) + " % above the objective's loss";
            case RELATIVE_TO_REFERENCE -> "at most " + shown(100 * threshold) + " % above the reference model's loss";
            case ABSOLUTE -> "at most " + shown(threshold);
            case UNKNOWN -> "in terms that this release does not know (" + ThresholdKind.UNKNOWN + ")";
        };
    }

    private static String shown(double value) {
        return SignificantDigits.of(value, 4);
    }

    private static String standing(ConstraintDefinition definition, ConstraintMultiplier row) {
        return switch (definition.getState()) {
            case RETIRING -> "leaving, its multiplier decays";
            case RETIRED, SHADOW -> null;
            default -> row == null ? null : standing(row);
        };
    }

    /** The slack as a share of what is allowed, relaxation included; as a number where nothing is allowed. */
    static String standing(ConstraintMultiplier row) {
        if (row.getSlack() == null) {
            return null;
        }
        double allowed = row.getThreshold() + row.getRelaxation();
        double slack = row.getSlack();
        String amount = allowed > 0
                ? SignificantDigits.of(100 * Math.abs(slack) / allowed, 2) + " %"
                : SignificantDigits.of(Math.abs(slack), 2);
        return (slack >= 0 ? "met by " : "violated by ")
                + amount
                + (slack < 0 && row.getAfter() > row.getBefore() ? ", multiplier rising" : "");
    }
}
