package io.saddle.primaltrainer.slot;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.saddle.diffusion.training.SourceReport;
import io.saddle.diffusion.training.StepReport;
import io.saddle.schema.GradientSummary;
import io.saddle.schema.SourceSummary;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class SlotReportsTest {

    private static SourceSummary source(String id, int rows, Double loss, Double norm) {
        return SourceSummary.newBuilder()
                .setSource(id)
                .setRows(rows)
                .setLoss(loss)
                .setMultiplier(id.equals("objective") ? 1 : 0.25)
                .setMixtureWeight(0.8)
                .setGradientNorm(norm)
                .build();
    }

    private static GradientSummary summary(
            long step, double lagrangian, double norm, boolean clipped, double block, SourceSummary... sources) {
        return GradientSummary.newBuilder()
                .setRunId("r")
                .setStep(step)
                .setDualStep(2)
                .setStaleSteps(0)
                .setLagrangianLoss(lagrangian)
                .setSources(List.of(sources))
                .setGradientNorm(norm)
                .setBlockGradientNorms(Map.of("down", block))
                .setClipped(clipped)
                .setLearningRate(0.01)
                .setStepMillis(7)
                .setLibtorchMillis(norm)
                .setSamplesPerSecond(1)
                .setWorker("w")
                .setRecordedAt(Instant.EPOCH)
                .build();
    }

    @Test
    void aStepIsWhatTheSlotsDidAtItTogether() {
        List<StepReport> merged = SlotReports.merged(
                List.of(
                        List.of(
                                summary(5, 1, 2, false, 4, source("objective", 6, 0.5, 1.0), source("a", 2, 0.1, 3.0)),
                                summary(
                                        6,
                                        9,
                                        9,
                                        false,
                                        9,
                                        source("objective", 8, 0.25, null),
                                        source("a", 0, null, null))),
                        List.of(
                                summary(5, 3, 4, true, 6, source("objective", 2, 0.1, 2.0), source("a", 6, 0.5, null)),
                                summary(
                                        6,
                                        9,
                                        9,
                                        false,
                                        9,
                                        source("objective", 8, 0.75, null),
                                        source("a", 0, null, null)))),
                40);

        assertEquals(2, merged.size());
        StepReport first = merged.get(0);
        assertEquals(5, first.step());
        assertEquals(2, first.lagrangianLoss());
        assertEquals(3, first.gradientNorm());
        assertEquals(Map.of("down", 5.0), first.blockGradientNorms());
        assertTrue(first.clipped());
        assertTrue(first.finite());
        assertEquals(20, first.stepMillis());
        assertEquals(3, first.libtorchMillis());
        assertEquals(16 / 20e-3, first.samplesPerSecond());
        SourceReport objective = first.sources().get(0);
        assertEquals(8, objective.rows());
        assertEquals((6 * 0.5 + 2 * 0.1) / 8, objective.loss(), 1e-15);
        assertEquals(1.5, objective.gradientNorm());
        SourceReport constraint = first.sources().get(1);
        assertEquals("a", constraint.id());
        assertEquals((2 * 0.1 + 6 * 0.5) / 8, constraint.loss(), 1e-15);
        assertEquals(0.25, constraint.weight());
        assertEquals(3, constraint.gradientNorm(), "of the slot that knows it");
        SourceReport without = merged.get(1).sources().get(1);
        assertEquals(0, without.rows());
        assertTrue(Double.isNaN(without.loss()) && Double.isNaN(without.gradientNorm()));
    }
}
