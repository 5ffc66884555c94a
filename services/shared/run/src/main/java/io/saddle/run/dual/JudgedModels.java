package io.saddle.run.dual;

import io.saddle.schema.ConstraintMultiplier;
import io.saddle.schema.FeatureMeasure;
import io.saddle.schema.FidScore;
import io.saddle.schema.MultiplierUpdate;
import java.util.Collections;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.SortedMap;
import java.util.TreeMap;

/** The judged models of one run, made of its multipliers and scores as they come. Thread-safe. */
public final class JudgedModels {

    /** Beyond this every other dual step is forgotten: a long run needs no more memory, its models the dual step before that. */
    private static final int DUAL_STEPS_KEPT = 10_000;

    private final Map<String, Double> violations = new HashMap<>();
    private final NavigableMap<Long, Double> worstByStep = new TreeMap<>();
    /** By network, whose distances compare with each other alone, and primal step. */
    private final Map<String, NavigableMap<Long, Double>> fidByNetwork = new HashMap<>();

    private String network;
    private long dualStep;

    /**
     * All that is known, to go on from.
     *
     * @param dualStep the last that was taken
     * @param violations by constraint, at the last dual step that measured it; infinite before the first
     * @param worstByStep the constraint's that is violated most, by primal step
     * @param fidByNetwork Frechet distances by network and primal step
     * @param network that of the newest score; null before the first
     */
    public record State(
            long dualStep,
            Map<String, Double> violations,
            SortedMap<Long, Double> worstByStep,
            Map<String, SortedMap<Long, Double>> fidByNetwork,
            String network) {

        public static final State EMPTY = new State(0, Map.of(), Collections.emptySortedMap(), Map.of(), null);
    }

    /** Goes on from what is known; before anything comes. */
    public synchronized void restore(State state) {
        dualStep = state.dualStep();
        violations.putAll(state.violations());
        worstByStep.putAll(state.worstByStep());
        state.fidByNetwork().forEach((name, fids) -> fidByNetwork.put(name, new TreeMap<>(fids)));
        network = state.network();
    }

    /** What is known now. */
    public synchronized State state() {
        Map<String, SortedMap<Long, Double>> fids = new TreeMap<>();
        fidByNetwork.forEach(
                (name, byStep) -> fids.put(name, Collections.unmodifiableSortedMap(new TreeMap<>(byStep))));
        return new State(
                dualStep,
                new TreeMap<>(violations),
                Collections.unmodifiableSortedMap(new TreeMap<>(worstByStep)),
                Collections.unmodifiableMap(fids),
                network);
    }

    /** Takes the next dual step, in the order of the topic; one that was taken before changes nothing. */
    public synchronized void add(MultiplierUpdate update) {
        if (update.getDualStep() <= dualStep) {
            return;
        }
        dualStep = update.getDualStep();
        Map<String, Double> before = Map.copyOf(violations);
        violations.clear();
        for (ConstraintMultiplier row : update.getConstraints()) {
            boolean leaves = row.getLoss() == null && row.getAfter() == 0 && row.getBefore() > 0;
            if (leaves) {
                // Retired: nothing is asked of it any more.
                continue;
            }
            // In ASYNC a dual step may be of one constraint while another one waits for its first estimate: that one
            // does not hold.
            double violation = row.getLoss() == null
                    ? before.getOrDefault(row.getConstraintId(), Double.POSITIVE_INFINITY)
                    : violation(row);
            violations.put(row.getConstraintId(), violation);
        }
        worstByStep.put(
                update.getStep(),
                violations.values().stream()
                        .mapToDouble(Double::doubleValue)
                        .max()
                        .orElse(0));
        if (worstByStep.size() > DUAL_STEPS_KEPT) {
            forgetEveryOther();
        }
    }

    private void forgetEveryOther() {
        boolean forget = false;
        for (Iterator<Long> steps = worstByStep.keySet().iterator(); steps.hasNext(); forget = !forget) {
            steps.next();
            if (forget) {
                steps.remove();
            }
        }
    }

    private static double violation(ConstraintMultiplier row) {
        double bound = row.getThreshold() + row.getRelaxation();
        if (row.getLoss() <= bound) {
            return 0;
        }
        return bound > 0 ? row.getLoss() / bound - 1 : Double.POSITIVE_INFINITY;
    }

    /** Takes a score. */
    public synchronized void add(FidScore score) {
        if (network == null || score.getStep() >= fidByNetwork.get(network).lastKey()) {
            network = score.getFeatureExtractor();
        }
        for (FeatureMeasure measure : score.getMeasures()) {
            add(measure.getNetwork(), score.getStep(), measure.getFrechet());
        }
        add(score.getFeatureExtractor(), score.getStep(), score.getFid());
    }

    private void add(String judge, long step, double fid) {
        fidByNetwork.computeIfAbsent(judge, name -> new TreeMap<>()).put(step, fid);
    }

    /**
     * All of them, the best first, compared under the network of the newest score.
     *
     * @param required whether the run has constraints in force: without, no dual step says when the last of them went
     */
    public synchronized List<JudgedModel> bestFirst(boolean required) {
        Map<Long, Double> fids = fidByNetwork.getOrDefault(network, Collections.emptyNavigableMap());
        return fidByNetwork.values().stream()
                .flatMap(byStep -> byStep.keySet().stream())
                .distinct()
                .map(step -> new JudgedModel(step, violationAt(step, required), fids.get(step), network))
                .sorted()
                .toList();
    }

    private double violationAt(long step, boolean required) {
        if (!required && (worstByStep.isEmpty() || step > worstByStep.lastKey())) {
            return 0;
        }
        Map.Entry<Long, Double> before = worstByStep.floorEntry(step);
        return before == null ? Double.POSITIVE_INFINITY : before.getValue();
    }
}
