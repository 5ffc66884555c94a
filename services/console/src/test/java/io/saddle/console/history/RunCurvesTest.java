package io.saddle.console.history;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.saddle.schema.ConstraintMultiplier;
import io.saddle.schema.MultiplierUpdate;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class RunCurvesTest {

    private static CurvePoints dualStep(long step, String... constraints) {
        return dualStep(step / 20, step, 1.5, constraints);
    }

    private static CurvePoints dualStep(long dualStep, long step, double after, String... constraints) {
        return CurvePoints.of(MultiplierUpdate.newBuilder()
                .setRunId("r")
                .setDualStep(dualStep)
                .setStep(step)
                .setObjectiveWeight(0.5)
                .setConstraints(Stream.of(constraints)
                        .map(id -> ConstraintMultiplier.newBuilder()
                                .setConstraintId(id)
                                .setVersion(1)
                                .setThreshold(0.1)
                                .setBefore(1)
                                .setAfter(after)
                                .setMixtureWeight(0.25)
                                .build())
                        .toList())
                .setUpdatedAt(Instant.EPOCH)
                .build());
    }

    /** It stopped where it had last been. */
    @Test
    void aRetiredConstraintsMultiplierEndsAtZero() {
        RunCurves curves = new RunCurves(new CurveRoom(Long.MAX_VALUE));
        curves.add(dualStep(20, "a", "b"));
        curves.add(dualStep(40, "b"));
        curves.add(dualStep(60, "b"));
        Map<String, List<Double>> seen = means(curves);
        assertEquals(List.of(1.5, 0.0), seen.get("multiplier/a"));
        assertEquals(List.of(0.25, 0.0), seen.get("mixture/a"));
        assertEquals(List.of(1.5, 1.5, 1.5), seen.get("multiplier/b"));
    }

    /** In ASYNC each estimate of a snapshot makes a dual step. */
    @Test
    void ofSeveralDualStepsOfOnePrimalStepTheNewestIsDrawn() {
        RunCurves curves = new RunCurves(new CurveRoom(Long.MAX_VALUE));
        curves.add(dualStep(1, 100, 1, "a", "b"));
        curves.add(dualStep(2, 100, 2, "a", "b"));
        curves.add(dualStep(3, 120, 3, "a", "b"));
        curves.add(dualStep(4, 110, 4, "a"));
        curves.add(dualStep(1, 100, 1, "a", "b"));
        Map<String, List<Double>> seen = means(curves);
        assertEquals(List.of(2.0, 4.0), seen.get("multiplier/a"), "nor is what comes again");
        assertEquals(List.of(2.0, 0.0), seen.get("multiplier/b"));
    }

    private static Map<String, List<Double>> means(RunCurves curves) {
        Map<String, List<Double>> seen = new HashMap<>();
        curves.forEach((name, buckets) -> {
            List<Double> means = new ArrayList<>();
            for (double mean : buckets.mean()) {
                means.add(mean);
            }
            seen.put(name, means);
        });
        return seen;
    }
}
