package io.saddle.dualupdater;

import com.fasterxml.jackson.annotation.JsonInclude;
import io.saddle.run.dual.DualMemory;
import io.saddle.schema.ThresholdKind;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.stream.Collectors;

/**
 * The shape in which the state store and its changelog keep a {@link DualRun}. A changelog survives an upgrade: a component may
 * be added, which is null or 0 in older states, but none may be renamed or change its meaning.
 */
record StoredDualRun(
        String runId,
        DualSettings settings,
        long dualStep,
        TreeMap<String, Constraint> constraints,
        TreeMap<String, DualEstimate> pending,
        List<DualEstimate> early,
        @JsonInclude(JsonInclude.Include.NON_DEFAULT) boolean unbroken,
        @JsonInclude(JsonInclude.Include.NON_NULL) Long passedBy) {

    /** One constraint, its definition beside its state; {@code thresholdKind} is null, absolute, in states of earlier releases. */
    record Constraint(
            int version,
            boolean active,
            String evaluator,
            double threshold,
            double multiplier,
            DualMemory memory,
            long lastStep,
            int reported,
            ThresholdKind thresholdKind,
            Double decay,
            Double learningRate,
            Double resilience,
            Double bound) {

        static Constraint of(DualConstraint constraint) {
            DualDefinition definition = constraint.definition();
            return new Constraint(
                    definition.version(),
                    definition.active(),
                    definition.evaluator(),
                    definition.threshold(),
                    constraint.multiplier(),
                    constraint.memory(),
                    constraint.lastStep(),
                    constraint.reported(),
                    definition.thresholdKind(),
                    definition.decay(),
                    definition.learningRate(),
                    definition.resilience(),
                    constraint.bound());
        }

        DualConstraint constraint() {
            DualDefinition definition = new DualDefinition(
                    version,
                    active,
                    evaluator,
                    threshold,
                    thresholdKind == null ? ThresholdKind.ABSOLUTE : thresholdKind,
                    decay,
                    learningRate,
                    resilience);
            return new DualConstraint(definition, multiplier, memory, lastStep, reported, bound);
        }
    }

    static StoredDualRun of(DualRun run) {
        return new StoredDualRun(
                run.runId(),
                run.settings(),
                run.dualStep(),
                mapped(run.constraints(), Constraint::of),
                run.pending(),
                run.early(),
                run.unbroken(),
                run.passedBy() < 0 ? null : run.passedBy());
    }

    DualRun run() {
        return new DualRun(
                runId,
                settings,
                dualStep,
                mapped(constraints, Constraint::constraint),
                pending,
                early,
                unbroken,
                passedBy == null ? -1 : passedBy);
    }

    private static <A, B> TreeMap<String, B> mapped(Map<String, A> values, Function<A, B> mapping) {
        return values.entrySet().stream()
                .collect(Collectors.toMap(
                        Map.Entry::getKey, e -> mapping.apply(e.getValue()), (one, other) -> other, TreeMap::new));
    }
}
