package io.saddle.lab.experiment.slot;

import io.saddle.diffusion.evaluation.LossEstimateResult;
import java.util.List;

/**
 * What a training came to, and on what way.
 *
 * @param name of the variant
 * @param seed of the run
 * @param basis what it was made from: of another one it says nothing
 * @param judge whose features the distances are of; another machine's may be another network
 * @param steps of each slot
 * @param merges rounds: of a run without slots nothing is merged
 * @param points in the order of the images seen
 * @param seconds that its steps took
 */
record SlotCurve(
        String name,
        SlotVariant variant,
        long seed,
        String basis,
        String judge,
        int steps,
        int merges,
        List<Point> points,
        double seconds) {

    /**
     * A state on the way.
     *
     * @param images seen by then, in all slots
     * @param loss the denoising loss of the current weights on the training data
     * @param frechet distance of samples of the average weights
     */
    record Point(long images, LossEstimateResult loss, double frechet) {}

    Point last() {
        return points.get(points.size() - 1);
    }
}
