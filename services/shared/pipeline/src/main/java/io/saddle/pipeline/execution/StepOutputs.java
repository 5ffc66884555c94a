package io.saddle.pipeline.execution;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.DecimalNode;
import com.fasterxml.jackson.databind.node.DoubleNode;
import com.fasterxml.jackson.databind.node.LongNode;
import com.fasterxml.jackson.databind.node.MissingNode;
import com.fasterxml.jackson.databind.node.TextNode;
import io.saddle.pipeline.spec.PipelineSpec.Condition;
import io.saddle.schema.StepPhase;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.Stream;

/** What the steps of an execution have made: looked up by references and conditions. Of a matrix the best instance counts. */
final class StepOutputs {

    /** Outputs of a run: by how much the best model's most violated constraint exceeds its bound (0: all hold), and its distance. */
    static final String VIOLATION = "violation";

    static final String DISTANCE = "frechet";

    /** Whose features the distance is of. */
    static final String NETWORK = "network";

    private static final String STEPS = "steps.";
    private static final String AFTER = "after.";
    private static final Comparator<Map<String, String>> LEAST_VIOLATION = Comparator.comparingDouble(
            outputs -> Math.rint(100 * number(outputs.get(VIOLATION)).orElse(0.0)));
    private static final Comparator<Map<String, String>> THEN_NEAREST = LEAST_VIOLATION.thenComparingDouble(
            outputs -> number(outputs.get(DISTANCE)).orElse(Double.POSITIVE_INFINITY));

    private final List<StepState> steps;

    StepOutputs(List<StepState> steps) {
        this.steps = steps;
    }

    /**
     * A step that has succeeded: as JudgedModel orders models, by violation in whole percent, then by distance; where networks differ
     * distances say nothing, and the first one of the matrix counts.
     */
    private Map<String, String> of(String step) {
        List<Map<String, String>> made = steps.stream()
                .filter(state -> state.step().equals(step) && state.phase() == StepPhase.SUCCEEDED)
                .map(StepState::outputs)
                .toList();
        long networks = made.stream()
                .map(outputs -> outputs.get(NETWORK))
                .filter(Objects::nonNull)
                .distinct()
                .count();
        return made.stream().min(networks > 1 ? LEAST_VIOLATION : THEN_NEAREST).orElse(Map.of());
    }

    /**
     * The value of {@code steps.NAME.OUTPUT}.
     *
     * @throws UnmetReference if the step has no such output
     */
    Optional<JsonNode> value(String reference) {
        if (reference.startsWith(AFTER)) {
            throw new UnmetReference("${" + reference
                    + "}: the execution that this one started after has not made it, or there is none");
        }
        int dot = reference.indexOf('.', STEPS.length());
        if (!reference.startsWith(STEPS) || dot < 0) {
            return Optional.empty();
        }
        String step = reference.substring(STEPS.length(), dot);
        String output = reference.substring(dot + 1);
        Map<String, String> made = of(step);
        String value = made.get(output);
        if (value == null) {
            throw new UnmetReference("${" + reference + "}: step " + step + " has made no " + output + ", only "
                    + (made.isEmpty() ? "nothing" : String.join(", ", made.keySet())));
        }
        return Optional.of(json(value));
    }

    /** The value of {@code after.execution} or {@code after.steps.NAME.OUTPUT}, where these steps have made it. */
    Optional<JsonNode> after(String reference, Execution execution) {
        if (reference.equals(AFTER + "execution")) {
            return Optional.of(TextNode.valueOf(execution.executionId()));
        }
        if (!reference.startsWith(AFTER + STEPS)) {
            return Optional.empty();
        }
        try {
            return value(reference.substring(AFTER.length()));
        } catch (UnmetReference e) {
            return Optional.empty();
        }
    }

    /** Why a step is skipped; empty if all conditions hold. */
    Optional<String> unmet(List<Condition> conditions) {
        return conditions.stream()
                .flatMap(condition -> unmet(condition).stream())
                .findFirst();
    }

    private List<String> unmet(Condition condition) {
        Map<String, String> made = of(condition.step());
        List<String> reasons = new ArrayList<>();
        if (condition.held() != null) {
            Optional<Double> violation = number(made.get(VIOLATION));
            boolean held = violation.isPresent() && Math.rint(100 * violation.get()) <= 0;
            if (held != condition.held()) {
                reasons.add("the constraints of " + condition.step() + (held ? " hold" : " do not hold")
                        + violation
                                .filter(value -> value > 0)
                                .map(value -> " (violation " + value + ")")
                                .orElse(""));
            }
        }
        if (condition.output() != null) {
            String text = made.get(condition.output());
            String named = condition.step() + "." + condition.output();
            if (text == null) {
                reasons.add(named + " is not there");
                return reasons;
            }
            double value = number(text).orElse(Double.NaN);
            if (condition.below() != null && !(value < condition.below())) {
                reasons.add(named + " is " + text + ", not below " + shown(condition.below()));
            }
            if (condition.above() != null && !(value > condition.above())) {
                reasons.add(named + " is " + text + ", not above " + shown(condition.above()));
            }
            if (condition.is() != null && !condition.is().equals(text)) {
                reasons.add(named + " is " + text + ", not " + condition.is());
            }
        }
        return reasons;
    }

    private static String shown(double bound) {
        return decimal(bound).toPlainString();
    }

    /** A number only where it is written again as it was: a version 1.10, a commit 12e4567 and an id 0012 are texts. */
    private static JsonNode json(String text) {
        return number(text).filter(Double::isFinite).stream()
                .flatMap(
                        value -> Stream.of(whole(text), DoubleNode.valueOf(value), DecimalNode.valueOf(decimal(value))))
                .filter(node -> node.asText().equals(text))
                .findFirst()
                .orElseGet(() -> TextNode.valueOf(text));
    }

    /** Of 64 bits, as seeds are; a double has not all of their digits. */
    private static JsonNode whole(String text) {
        boolean fits = text.matches("-?[0-9]{1,19}") && new BigInteger(text).bitLength() < Long.SIZE;
        return fits ? LongNode.valueOf(Long.parseLong(text)) : MissingNode.getInstance();
    }

    private static BigDecimal decimal(double value) {
        return new BigDecimal(Double.toString(value)).stripTrailingZeros();
    }

    private static Optional<Double> number(String text) {
        if (text == null || !text.matches("-?[0-9]+(\\.[0-9]+)?([eE][-+]?[0-9]+)?|Infinity")) {
            return Optional.empty();
        }
        return Optional.of(Double.parseDouble(text));
    }
}
