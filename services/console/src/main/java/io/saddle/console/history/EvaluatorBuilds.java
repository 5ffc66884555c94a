package io.saddle.console.history;

import io.saddle.schema.LossEstimate;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The builds of each constraint's evaluators, as its estimates name them: another one may measure something else under the same name. Not
 * thread-safe.
 */
final class EvaluatorBuilds {

    /** Of one that names a new build each time no more is told. */
    private static final int MOST = 20;

    private record Measurer(String constraintId, String evaluator) {}

    private final Map<Measurer, List<String>> seen = new HashMap<>();

    /** The build that came before an estimate's own, if that is the first one of its build, but not the first of all. */
    Optional<String> before(LossEstimate estimate) {
        List<String> builds = seen.computeIfAbsent(
                new Measurer(estimate.getConstraintId(), estimate.getEvaluator()), measurer -> new ArrayList<>());
        String build = estimate.getEvaluatorBuild();
        if (builds.contains(build) || builds.size() == MOST) {
            return Optional.empty();
        }
        builds.add(build);
        return builds.size() == 1 ? Optional.empty() : Optional.of(builds.get(builds.size() - 2));
    }
}
