package io.saddle.fidevaluator;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.saddle.kafka.RefusedException;
import io.saddle.model.data.ImageSets;
import io.saddle.run.spec.RunSpec;
import io.saddle.run.spec.RunSpecParser;
import io.saddle.schema.Artifact;
import io.saddle.schema.ModelSnapshot;
import io.saddle.schema.SnapshotWeights;
import io.saddle.service.MemoryLimit;
import java.time.Instant;
import java.util.Map;
import org.junit.jupiter.api.Test;

class FidScorerTest {

    private final FidScorer evaluation =
            new FidScorer(null, null, ImageSets.withoutStore(), null, null, null, null, null, null, 1);

    private static ModelSnapshot snapshot(boolean last) {
        return new ModelSnapshot(
                "r",
                20L,
                1L,
                SnapshotWeights.EMA,
                last,
                Map.of(),
                new Artifact("file:///x", "00", 1L),
                "worker",
                Instant.EPOCH);
    }

    @Test
    void theLastOfARunIsScoredWhateverFollows() {
        assertFalse(evaluation.mayBeSkipped(snapshot(true), null));
        assertTrue(evaluation.mayBeSkipped(snapshot(false), null));
    }

    @Test
    void averagedWeightsAreScored() {
        assertEquals(SnapshotWeights.EMA, evaluation.weights());
    }

    /** Three tries of it were as many refusals, and three such snapshots made the evaluator not ready. */
    @Test
    void whatTakesMoreMemoryThanThereIsIsRefusedBeforeItsFilesAreRead() {
        FidScorer small = new FidScorer(
                null, null, ImageSets.withoutStore(), null, null, null, null, null, new MemoryLimit(1 << 10), 1);
        RunSpec spec = new RunSpecParser().parse("run.yaml", "{name: r}");
        RefusedException refusal = assertThrows(RefusedException.class, () -> small.evaluate(snapshot(false), spec));
        assertTrue(refusal.getMessage().startsWith("the network takes about"), refusal.getMessage());
    }
}
