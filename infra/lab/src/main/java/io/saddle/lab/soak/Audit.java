package io.saddle.lab.soak;

import io.saddle.schema.GradientSummary;
import io.saddle.schema.MultiplierUpdate;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.LongStream;

/** The claims about a run's records that must hold whatever happened while it trained. */
final class Audit {

    private Audit() {}

    /** Of a LOCKSTEP run that ended: it is complete, and to the bit what the undisturbed run of the same specification is. */
    static List<Claim> likeUndisturbed(RunLog undisturbed, RunLog run, long steps) {
        List<Claim> claims = new ArrayList<>(complete(run, steps));
        claims.add(new Claim(
                "a step that was done again is the same step",
                contradictions(run.summaries()).isEmpty(),
                contradictions(run.summaries()).isEmpty()
                        ? (run.summaries().size() - distinctSteps(run).size()) + " steps were done again"
                        : "different losses in steps " + contradictions(run.summaries())));
        int dualSteps = undisturbed.updates().size();
        boolean same = undisturbed.trajectory().equals(run.trajectory());
        claims.add(new Claim(
                "the multipliers equal the undisturbed run's, bit for bit",
                same,
                same ? dualSteps + " dual steps equal" : difference(undisturbed.trajectory(), run.trajectory())));
        claims.add(Claim.equal(
                "the final weights equal the undisturbed run's, bit for bit",
                undisturbed.finalWeights().map(Audit::shortened).orElse("none"),
                run.finalWeights().map(Audit::shortened).orElse("none")));
        return claims;
    }

    /** Of any run that ended: a summary of every step, one multiplier vector for each dual step, without a gap. */
    static List<Claim> complete(RunLog run, long steps) {
        Set<Long> missing = LongStream.rangeClosed(1, steps).boxed().collect(Collectors.toCollection(TreeSet::new));
        missing.removeAll(distinctSteps(run));
        List<Long> dualSteps =
                run.updates().stream().map(MultiplierUpdate::getDualStep).toList();
        boolean gapless = dualSteps.equals(
                LongStream.rangeClosed(1, dualSteps.size()).boxed().toList());
        return List.of(
                new Claim(
                        "no primal step is lost",
                        missing.isEmpty(),
                        missing.isEmpty() ? steps + " steps" : "no summary of steps " + missing),
                new Claim(
                        "one multiplier vector for each dual step, in order",
                        gapless,
                        gapless ? dualSteps.size() + " dual steps" : "dual steps " + dualSteps));
    }

    /**
     * The same claims of several runs as one each: it held if it held of every run; shows the runs of which it did not.
     *
     * @param byRun the claims of each run, in the same order
     */
    static List<Claim> ofEach(Map<String, List<Claim>> byRun) {
        Map<String, Map<String, Claim>> byWhat = new LinkedHashMap<>();
        new TreeMap<>(byRun)
                .forEach((run, claims) ->
                        claims.forEach(claim -> byWhat.computeIfAbsent(claim.what(), what -> new LinkedHashMap<>())
                                .put(run, claim)));
        List<Claim> joined = new ArrayList<>();
        byWhat.forEach((what, claims) -> {
            List<String> broken = claims.entrySet().stream()
                    .filter(entry -> !entry.getValue().held())
                    .map(entry -> entry.getKey() + ": " + entry.getValue().seen())
                    .toList();
            boolean held = broken.isEmpty() && claims.size() == byRun.size();
            String seen = claims.values().stream().map(Claim::seen).distinct().collect(Collectors.joining("; "));
            joined.add(new Claim(
                    what + " (" + byRun.size() + " runs)", held, broken.isEmpty() ? seen : String.join("; ", broken)));
        });
        return joined;
    }

    private static Set<Long> distinctSteps(RunLog run) {
        return run.summaries().stream().map(GradientSummary::getStep).collect(Collectors.toSet());
    }

    private static Set<Long> contradictions(List<GradientSummary> summaries) {
        Map<Long, String> first = new HashMap<>();
        Set<Long> different = new TreeSet<>();
        for (GradientSummary summary : summaries) {
            String step = summary.getLagrangianLoss() + " " + summary.getGradientNorm() + " " + summary.getDualStep();
            if (!step.equals(first.computeIfAbsent(summary.getStep(), number -> step))) {
                different.add(summary.getStep());
            }
        }
        return different;
    }

    private static String difference(List<String> expected, List<String> seen) {
        for (int i = 0; i < Math.min(expected.size(), seen.size()); i++) {
            if (!expected.get(i).equals(seen.get(i))) {
                return "first difference: " + seen.get(i) + " instead of " + expected.get(i);
            }
        }
        return seen.size() + " multipliers instead of " + expected.size();
    }

    private static String shortened(String sha256) {
        return "sha256 " + sha256.substring(0, Math.min(12, sha256.length()));
    }
}
