package io.saddle.fidevaluator;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.saddle.model.data.ImageSets;
import io.saddle.schema.Artifact;
import io.saddle.schema.ModelSnapshot;
import io.saddle.schema.SnapshotWeights;
import java.time.Instant;
import java.util.Map;
import org.junit.jupiter.api.Test;

class FidScorerTest {

    private final FidScorer evaluation = new FidScorer(null, null, ImageSets.withoutStore(), null, null, null, null, 1);

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
}
