package io.saddle.diffusion.training;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.saddle.diffusion.network.Precision;
import io.saddle.diffusion.schedule.LossWeighting;
import java.util.List;
import org.junit.jupiter.api.Test;

class StepPlanTest {
    private static final TrainingSettings SUM = TinyRun.settings(BatchingMode.WEIGHTED_SUM, 10, Precision.FP32, 0, 1);
    private static final TrainingSettings MIXTURE = TinyRun.settings(BatchingMode.MIXTURE, 10, Precision.FP32, 0, 1);

    @Test
    void shouldSpreadTheTimestepsOfEachSourceEvenly() {
        StepPlan plan = StepPlan.of(SUM, new int[] {30, 7}, new Multipliers(0.5), 4);
        for (int source = 0; source < 2; source++) {
            for (int k = 0; k < 10; k++) {
                assertEquals(k, plan.timesteps()[plan.start(source) + k] / 10);
            }
        }
    }

    @Test
    void shouldWeighRowsSoThatTheyAddUpToTheLagrangian() {
        Multipliers lambda = new Multipliers(0.5);
        double mixture = sum(StepPlan.of(MIXTURE, new int[] {30, 7}, lambda, 4).rowWeights(false, LossWeighting.NONE));
        double sum = sum(StepPlan.of(SUM, new int[] {30, 7}, lambda, 4).rowWeights(false, LossWeighting.NONE));
        assertEquals(1.5, mixture, 1e-6);
        assertEquals(1.5, sum, 1e-6);
        double bySource = sum(StepPlan.of(MIXTURE, new int[] {30, 7}, lambda, 4).rowWeights(true, LossWeighting.NONE));
        assertEquals(2, bySource, 1e-6, "a mean for each of the two sources");
    }

    @Test
    void shouldWeighTheObjectivesRowsByTheirTimestepAndNoConstraints() {
        StepPlan plan = StepPlan.of(SUM, new int[] {30, 7}, new Multipliers(0.5), 4);
        LossWeighting minSnr = LossWeighting.minSnr(SUM.schedule(), SUM.prediction(), 5);
        float[] plain = plan.rowWeights(false, LossWeighting.NONE);
        float[] weighted = plan.rowWeights(false, minSnr);
        for (int row = 0; row < plain.length; row++) {
            float weight = row < plan.start(1) ? minSnr.at(plan.timesteps()[row]) : 1;
            assertEquals(plain[row] * weight, weighted[row], 1e-7);
        }
    }

    @Test
    void shouldKeepSourcesWithoutWeightOutOfTheGradient() {
        StepPlan plan = StepPlan.of(SUM, new int[] {30, 7, 9}, new Multipliers(0, 2), 4);
        assertEquals(
                List.of(new StepPlan.Range(0, 10, 0), new StepPlan.Range(10, 20, -1), new StepPlan.Range(20, 30, 0)),
                plan.rangesTogether());
    }

    @Test
    void shouldDrawTheSameRowsForTheSameStepAndOthersForTheNext() {
        StepPlan first = StepPlan.of(MIXTURE, new int[] {30, 7}, new Multipliers(0.5), 4);
        StepPlan again = StepPlan.of(MIXTURE, new int[] {30, 7}, new Multipliers(0.5), 4);
        StepPlan next = StepPlan.of(MIXTURE, new int[] {30, 7}, new Multipliers(0.5), 5);
        assertArrayEquals(first.images(), again.images());
        assertArrayEquals(first.timesteps(), again.timesteps());
        assertTrue(!java.util.Arrays.equals(first.images(), next.images()));
    }

    private static double sum(float[] values) {
        double sum = 0;
        for (float value : values) {
            sum += value;
        }
        return sum;
    }
}
