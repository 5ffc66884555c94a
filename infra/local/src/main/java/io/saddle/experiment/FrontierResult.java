package io.saddle.experiment;

import com.fasterxml.jackson.databind.JsonNode;
import io.saddle.diffusion.evaluation.LossEstimateResult;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;

/**
 * The trade-off curve: the content of {@code result.json}.
 *
 * @param constraint whose setting was swept
 * @param swept threshold or resilience
 * @param start the model that every run began from; null: random weights
 * @param points in the order of the constraint's loss
 */
record FrontierResult(
        Instant createdAt,
        Map<String, String> versions,
        String constraint,
        String swept,
        String start,
        List<Point> points) {

    FrontierResult {
        points = points.stream()
                .sorted(Comparator.comparingDouble(Point::constraintLoss))
                .toList();
    }

    /**
     * One run.
     *
     * @param value the setting
     * @param objectiveLoss the finished model's denoising loss on the objective's data
     * @param constraintLoss the evaluator's, mean over the last tenth of the dual steps
     * @param bound threshold + relaxation, likewise
     * @param multiplier likewise: the shadow price
     */
    record Point(
            String runId,
            JsonNode spec,
            double value,
            LossEstimateResult objectiveLoss,
            double constraintLoss,
            double bound,
            double multiplier,
            double fid,
            int images) {}

    /**
     * What the curve says of the shadow price between two neighbours.
     *
     * @param slope objective loss gained for one unit more of constraint loss
     * @param multiplier the mean of the two: near the optimum it is that slope
     */
    record Slope(double from, double to, double slope, double multiplier) {}

    /** Between neighbours, one fewer than there are points. */
    List<Slope> slopes() {
        List<Slope> slopes = new ArrayList<>();
        for (int i = 1; i < points.size(); i++) {
            Point a = points.get(i - 1);
            Point b = points.get(i);
            double gained = a.objectiveLoss().loss() - b.objectiveLoss().loss();
            slopes.add(new Slope(
                    a.constraintLoss(),
                    b.constraintLoss(),
                    gained / (b.constraintLoss() - a.constraintLoss()),
                    (a.multiplier() + b.multiplier()) / 2));
        }
        return slopes;
    }
}
