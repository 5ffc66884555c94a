package io.saddle.lab.bench;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Optional;

/**
 * The comparison of two sides.
 *
 * @param numerator name of a side
 * @param denominator name of another
 * @param medians ratio of their medians over all repetitions
 * @param byRound median of the rounds' own ratios, see {@link Statistics#ratioByRound}
 * @param goal what {@code medians} should be
 */
public record Ratio(String numerator, String denominator, double medians, double byRound, Optional<Goal> goal) {

    static Ratio of(Side.Measured numerator, Side.Measured denominator, Optional<Goal> goal) {
        return new Ratio(
                numerator.name(),
                denominator.name(),
                numerator.statistics().median() / denominator.statistics().median(),
                Statistics.ratioByRound(numerator.rounds(), denominator.rounds()),
                goal);
    }

    ObjectNode toJson() {
        ObjectNode json = Json.object()
                .put("numerator", numerator)
                .put("denominator", denominator)
                .put("medians", medians)
                .put("byRound", byRound);
        goal.ifPresent(wanted -> json.put(wanted.atMost() ? "goalAtMost" : "goalAtLeast", wanted.bound())
                .put("met", wanted.isMet(medians)));
        return json;
    }
}
