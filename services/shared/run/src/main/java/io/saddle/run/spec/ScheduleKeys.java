package io.saddle.run.spec;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * The keys of {@code model.schedule} that belong to one forward process alone: betas, or a flow's straight line. Those of the other one
 * are refused where somebody wrote them, and have no default.
 */
final class ScheduleKeys {

    /** The value of {@code model.prediction} whose forward process has no betas. */
    static final String FLOW = "flow";

    private static final String SHIFT = "shift";
    private static final String SECTION = "model.schedule.";
    private static final String NO_BETAS =
            "is for betas; in a flow (prediction: flow) there are none, x_t = (1 - sigma) x_0 + sigma eps";

    private static final Map<String, String> OF_BETAS = Map.of(
            "betaSchedule", NO_BETAS,
            "betaStart", NO_BETAS,
            "betaEnd", NO_BETAS,
            "zeroTerminalSnr", "is for betas; a flow (prediction: flow) ends in pure noise by itself");

    private final Set<String> written = new HashSet<>();

    /** @param spec as somebody wrote it, without any default */
    ScheduleKeys(ObjectNode spec) {
        spec.at("/model/schedule").fieldNames().forEachRemaining(written::add);
    }

    /** True if the network of this specification predicts along a flow. */
    static boolean isFlow(JsonNode spec) {
        return FLOW.equals(spec.at("/model/prediction").textValue());
    }

    /** Keys that were written and belong to the other process. */
    List<Problem> problems(ObjectNode spec) {
        List<Problem> problems = new ArrayList<>();
        if (!isFlow(spec) && written.contains(SHIFT)) {
            problems.add(new Problem(SECTION + SHIFT, "is for prediction: flow; betas are shaped by betaSchedule"));
        }
        if (isFlow(spec)) {
            OF_BETAS.keySet().stream()
                    .filter(written::contains)
                    .sorted()
                    .forEach(key -> problems.add(new Problem(SECTION + key, OF_BETAS.get(key))));
        }
        return problems;
    }

    /** Takes the keys of the other process out of a specification that has all defaults. */
    static void settle(ObjectNode spec) {
        if (spec.at("/model/schedule") instanceof ObjectNode schedule) {
            schedule.remove(isFlow(spec) ? OF_BETAS.keySet() : Set.of(SHIFT));
        }
    }
}
