package io.saddle.lab.report;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;

import io.saddle.schema.GradientSummary;
import io.saddle.schema.SourceSummary;
import io.saddle.stack.testing.RecordBuilders;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
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

    /** Its first loss stood at the run's first step. */
    @Test
    void aConstraintThatCameLaterOrWentEarlierHasGapsWhereItWasNot() {
        Curve curve = Curves.losses(List.of(
                summary(1, source("objective", 5, 3.0), source("gone", 5, 7.0)),
                summary(2, source("objective", 5, 2.0)),
                summary(3, source("objective", 5, 1.0), source("added", 5, 9.0))));
        assertEquals(List.of(3.0, 2.0, 1.0), curve.series().get("objective"));
        assertEquals(Arrays.asList(null, null, 9.0), curve.series().get("added"));
        assertEquals(Arrays.asList(7.0, null, null), curve.series().get("gone"));
    }

    private static GradientSummary summary(long step, int rows, Double loss) {
        return summary(step, source("objective", rows, loss));
    }

    private static GradientSummary summary(long step, SourceSummary... sources) {
        return RecordBuilders.summary("run", step).setSources(List.of(sources)).build();
    }

    private static SourceSummary source(String name, int rows, Double loss) {
        return SourceSummary.newBuilder()
                .setSource(name)
                .setRows(rows)
                .setLoss(loss)
                .setMultiplier(1)
                .setMixtureWeight(1)
                .build();
    }
}
