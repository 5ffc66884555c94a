package io.saddle.lab.report;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;

import io.saddle.schema.GradientSummary;
import io.saddle.schema.SourceSummary;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class CurvesTest {

    @Test
    void aBinIsTheMeanOverItsRowsAndNotOverItsSteps() {
        List<GradientSummary> summaries = new ArrayList<>();
        for (long step = 1; step <= 200; step++) {
            summaries.add(step % 2 == 1 ? summary(step, 10, 1.0) : summary(step, 30, 2.0));
        }
        Curve curve = Curves.losses(summaries);
        assertEquals(100, curve.steps().size());
        assertEquals(2, curve.steps().get(0));
        assertEquals(200, curve.steps().get(99));
        assertEquals((10 * 1.0 + 30 * 2.0) / 40, curve.series().get("objective").get(0), 1e-12);
    }

    @Test
    void aSourceWithoutRowsLeavesAGap() {
        Curve curve = Curves.losses(List.of(summary(1, 0, null), summary(2, 5, 3.0)));
        assertNull(curve.series().get("objective").get(0));
        assertEquals(3.0, curve.series().get("objective").get(1));
    }

    private static GradientSummary summary(long step, int rows, Double loss) {
        SourceSummary source = SourceSummary.newBuilder()
                .setSource("objective")
                .setRows(rows)
                .setLoss(loss)
                .setMultiplier(1)
                .setMixtureWeight(1)
                .build();
        return GradientSummary.newBuilder()
                .setRunId("run")
                .setStep(step)
                .setDualStep(0)
                .setStaleSteps(0)
                .setLagrangianLoss(1)
                .setSources(List.of(source))
                .setGradientNorm(1)
                .setBlockGradientNorms(Map.of())
                .setClipped(false)
                .setLearningRate(1e-3)
                .setStepMillis(1)
                .setSamplesPerSecond(1)
                .setWorker("test")
                .setRecordedAt(Instant.EPOCH)
                .build();
    }
}
