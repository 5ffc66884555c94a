package io.saddle.run.dual;

import io.saddle.run.spec.RunSpec;
import java.util.ArrayList;
import java.util.List;

/** The dual ascent of a run without the run: multipliers for violations that are given. */
public record DualSimulation(List<DualRule> rules, List<Double> initial) {

    /** The rules of a specification's constraints, in their order. */
    public static DualSimulation of(RunSpec spec) {
        return new DualSimulation(
                spec.constraints().stream()
                        .map(constraint -> DualRule.of(spec.dual(), constraint))
                        .toList(),
                spec.constraints().stream()
                        .map(RunSpec.Constraint::initialMultiplier)
                        .toList());
    }

    /**
     * The multipliers after each dual step.
     *
     * @param violations for each step loss - threshold of every constraint, before relaxation
     */
    public List<double[]> multipliers(List<double[]> violations) {
        double[] lambda = initial.stream().mapToDouble(Double::doubleValue).toArray();
        List<DualMemory> memories = new ArrayList<>();
        rules.forEach(rule -> memories.add(DualMemory.NONE));
        List<double[]> after = new ArrayList<>();
        for (double[] violation : violations) {
            lambda = lambda.clone();
            for (int i = 0; i < lambda.length; i++) {
                DualRule.Outcome outcome = rules.get(i).step(violation[i], 0, lambda[i], memories.get(i));
                lambda[i] = outcome.multiplier();
                memories.set(i, outcome.memory());
            }
            after.add(lambda);
        }
        return after;
    }
}
