package io.saddle.console.history;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;

import io.saddle.schema.ConstraintDefinition;
import io.saddle.schema.ConstraintMultiplier;
import io.saddle.schema.ConstraintState;
import io.saddle.schema.MultiplierHandover;
import io.saddle.schema.MultiplierUpdate;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class PageHistoryTest {

    private static final Instant NOW = Instant.parse("2026-01-02T03:04:05Z");

    private final PageHistory history = new PageHistory();

    private static ConstraintDefinition.Builder four(int version) {
        return ConstraintDefinition.newBuilder()
                .setRunId("r")
                .setConstraintId("four")
                .setVersion(version)
                .setState(ConstraintState.ACTIVE)
                .setEvaluator("denoising-loss")
                .setThreshold(0.1)
                .setMultiplierHandover(MultiplierHandover.KEEP)
                .setUpdatedAt(NOW);
    }

    private List<String> texts() {
        return history.timeline().stream().map(TimelineEvent::text).toList();
    }

    @Test
    void whatVersionsOfADefinitionChangeIsToldInWords() {
        history.add(four(1).build());
        history.add(four(2).setThreshold(0.05)
                .setUpdatedBy("ada")
                .setReason("too lax")
                .build());
        history.add(four(3).setThreshold(0.05).setEvaluator("pytorch-loss").build());
        history.add(four(4).setEvaluator("pytorch-loss")
                .setThreshold(0.05)
                .setState(ConstraintState.RETIRED)
                .build());
        assertEquals(
                List.of(
                        "'four' is required, measured by 'denoising-loss'",
                        "threshold of 'four' is 0.05, was 0.1",
                        "'four' is measured by 'pytorch-loss' in place of 'denoising-loss'",
                        "'four' is retired"),
                texts());
        assertEquals("by ada: too lax", history.timeline().get(1).more());
        assertNull(history.timeline().get(0).more());
    }

    @Test
    void aDefinitionThatIsReadAgainTellsNothingNew() {
        history.add(four(2).build());
        history.add(four(1).build());
        history.add(four(2).build());
        assertEquals(1, texts().size());
    }

    @Test
    void aDualStepBecomesAPointOfEachOfItsCurves() {
        history.curves()
                .add(CurvePoints.of(MultiplierUpdate.newBuilder()
                        .setRunId("r")
                        .setDualStep(1)
                        .setStep(20)
                        .setConstraints(List.of(ConstraintMultiplier.newBuilder()
                                .setConstraintId("four")
                                .setVersion(1)
                                .setBefore(0)
                                .setAfter(0.5)
                                .setLoss(0.3)
                                .setThreshold(0.1)
                                .setRelaxation(0.05)
                                .setMixtureWeight(0.25)
                                .build()))
                        .setObjectiveWeight(0.75)
                        .setUpdatedAt(NOW)
                        .build()));
        Map<String, Downsampled.Buckets> curves = new HashMap<>();
        history.curves().forEach(curves::put);
        assertArrayEquals(new long[] {20}, curves.get("multiplier/four").steps());
        assertEquals(0.5f, curves.get("multiplier/four").mean()[0]);
        assertEquals(0.25f, curves.get("mixture/four").mean()[0]);
        assertEquals(0.75f, curves.get("mixture/objective").mean()[0]);
        assertEquals(0.15f, curves.get("bound/four").mean()[0], 1e-6f);
    }
}
