package io.saddle.run;

import io.saddle.schema.FidScore;

/** What the number of a score is called: FID where it is of Inception's features, and nowhere else. */
public final class ScoreNames {

    private static final String FID = "FID";
    private static final String INCEPTION = "inception-v3 (";

    private ScoreNames() {}

    /** FID, or Frechet distance with the network, which FID names itself: {@code Frechet distance, small-cnn}. */
    public static String named(FidScore score) {
        return named(
                score.getMeasures().isEmpty() ? "" : score.getMeasures().get(0).getMetric(),
                score.getFeatureExtractor());
    }

    /**
     * As {@link #named(FidScore)}.
     *
     * @param metric of the first measure; empty for scores of earlier releases, which say it by their network alone
     */
    public static String named(String metric, String network) {
        boolean fid = metric.isEmpty() ? network.startsWith(INCEPTION) : metric.equals(FID);
        return fid ? FID : (metric.isEmpty() ? "Frechet distance" : metric) + ", " + network(network);
    }

    /** A network's name without what is said of it in brackets behind. */
    public static String network(String name) {
        int bracket = name.indexOf(" (");
        return bracket < 0 ? name : name.substring(0, bracket);
    }
}
