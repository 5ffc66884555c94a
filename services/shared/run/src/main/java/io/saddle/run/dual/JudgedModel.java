package io.saddle.run.dual;

import java.util.Comparator;

/**
 * A model of a run that was judged. The guarantee of dual training is about the best iterate, not the last one: models are
 * ordered by their violation in whole percent, then by Frechet distance, those without one last, then newer before older.
 *
 * @param step primal steps done
 * @param violation by how much the constraint that is violated most exceeds its bound: loss / (threshold + relaxation) - 1 at
 *     the dual step before, 0 where all are met; infinite where the bound is 0, or no dual step was made yet
 * @param fid Frechet distance of its samples under the network; null where that has not judged it
 * @param network whose features: that of the run's newest score, the same for all models, for others' distances do not compare
 */
public record JudgedModel(long step, double violation, Double fid, String network) implements Comparable<JudgedModel> {

    private static final Comparator<JudgedModel> ORDER = Comparator.comparingDouble(JudgedModel::percent)
            .thenComparing(JudgedModel::fid, Comparator.nullsLast(Comparator.naturalOrder()))
            .thenComparing(Comparator.comparingLong(JudgedModel::step).reversed());

    /** Losses are estimates: what differs by less than a percent is not told apart. */
    private double percent() {
        return Math.rint(100 * violation);
    }

    @Override
    public int compareTo(JudgedModel other) {
        return ORDER.compare(this, other);
    }
}
