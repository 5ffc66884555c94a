package io.saddle.diffusion.training;

/**
 * The number of a batch's rows that each source gets: systematic sampling of the mixture. With u uniform in [0, 1) the points
 * (u + k) / B, k = 0 to B - 1, fall into the sources' intervals of the cumulative weights. Every count is B w_i rounded down
 * or up, and its mean is exactly B w_i.
 */
public final class MixtureAllocation {
    private MixtureAllocation() {}

    /**
     * @param mixture weights >= 0 that add up to 1
     * @param batch number of rows B
     * @param u uniform in [0, 1)
     * @return the number of rows of each source, B in all; 0 where the weight is 0
     */
    public static int[] rows(double[] mixture, int batch, double u) {
        int[] rows = new int[mixture.length];
        int last = 0;
        for (int i = 0; i < mixture.length; i++) {
            if (mixture[i] > 0) {
                last = i;
            }
        }
        double cumulative = 0;
        int given = 0;
        for (int i = 0; i <= last; i++) {
            cumulative += mixture[i];
            // Rounding must not leave a row without a source, nor give one to a source of weight 0.
            int until = i == last ? batch : (int) Math.min(batch, Math.max(given, Math.ceil(cumulative * batch - u)));
            rows[i] = until - given;
            given = until;
        }
        return rows;
    }
}
