package io.saddle.console;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.saddle.schema.ConstraintMultiplier;
import io.saddle.schema.MultiplierUpdate;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class RunViewsTest {

    private boolean dualStepsKnown = true;
    private final RunViews views = new RunViews(() -> dualStepsKnown, runId -> true);

    /** A row at threshold 3; {@code slack} null: not measured in this step. */
    private static ConstraintMultiplier row(String id, int version, double before, double after, Double slack) {
        return row(id, version, before, after, slack, 3);
    }

    static ConstraintMultiplier row(
            String id, int version, double before, double after, Double slack, double threshold) {
        return ConstraintMultiplier.newBuilder()
                .setConstraintId(id)
                .setVersion(version)
                .setBefore(before)
                .setAfter(after)
                .setLoss(slack == null ? null : threshold - slack)
                .setThreshold(threshold)
                .setSlack(slack)
                .setMixtureWeight(after / (1 + after))
                .build();
    }

    private void dualStep(long dualStep, ConstraintMultiplier... rows) {
        views.put(MultiplierUpdate.newBuilder()
                .setRunId("run")
                .setDualStep(dualStep)
                .setStep(10 * dualStep)
                .setConstraints(List.of(rows))
                .setObjectiveWeight(0.5)
                .setUpdatedAt(Instant.EPOCH)
                .build());
    }

    private ConstraintMultiplier standing(String id) {
        return views.rows("run").orElseThrow().stream()
                .filter(row -> row.getConstraintId().equals(id))
                .findFirst()
                .orElseThrow();
    }

    @Test
    void aConstraintStandsAsItsOwnNewestDualStepFoundIt() {
        dualStep(1, row("a", 1, 0, 1, -2.0), row("b", 1, 0, 0, null));
        dualStep(2, row("a", 1, 1, 1, null), row("b", 1, 0, 4, -8.0));

        assertEquals(-2.0, standing("a").getSlack());
        assertEquals(5.0, standing("a").getLoss());
        assertEquals("violated by 67 %, multiplier rising", ConstraintView.standing(standing("a")));
        assertEquals(-8.0, standing("b").getSlack());
        assertEquals(
                null,
                views.multipliers("run").orElseThrow().getConstraints().get(0).getSlack());
    }

    /** The newest that has been read so far is not the newest, and the best of the models are not known. */
    @Test
    void nothingIsToldOfDualStepsBeforeAllAreRead() {
        dualStepsKnown = false;
        dualStep(1, row("a", 1, 0, 1, -2.0));

        assertEquals(Optional.empty(), views.multipliers("run"));
        assertEquals(Optional.empty(), views.rows("run"));
        assertEquals(Optional.empty(), views.judged("run"));
        Refusal refusal = assertThrows(Refusal.class, () -> views.judgedSteps("run"));
        assertTrue(refusal.isForLater(), refusal.getMessage());
        assertTrue(refusal.getMessage().contains("'run'"), refusal.getMessage());

        dualStepsKnown = true;
        assertEquals(1, views.multipliers("run").orElseThrow().getDualStep());
        assertEquals(List.of(), views.judgedSteps("run"));
    }

    @Test
    void aMultiplierAndItsWeightAreTheNewest() {
        dualStep(1, row("a", 1, 0, 1, -2.0));
        dualStep(2, row("a", 1, 1, 0.5, null));

        assertEquals(0.5, standing("a").getAfter());
        assertEquals(0.5 / 1.5, standing("a").getMixtureWeight());
    }

    @Test
    void whatAnotherDefinitionFoundCountsNoMore() {
        dualStep(1, row("a", 1, 0, 1, -2.0), row("gone", 1, 0, 1, -1.0));
        dualStep(2, row("a", 2, 1, 1, null));

        assertEquals(null, standing("a").getSlack());
        assertEquals(1, views.rows("run").orElseThrow().size());
    }

    @Test
    void whatIsReadAgainChangesNothing() {
        dualStep(1, row("a", 1, 0, 1, -2.0));
        dualStep(2, row("a", 1, 1, 3, -4.0));
        dualStep(1, row("a", 1, 0, 1, -2.0));

        assertEquals(3, standing("a").getAfter());
    }
}
