package io.saddle.fidevaluator;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.saddle.kafka.Received;
import io.saddle.kafka.RefusedException;
import io.saddle.model.data.ImageSets;
import io.saddle.run.spec.RunSpec;
import io.saddle.run.spec.RunSpecParser;
import io.saddle.schema.Artifact;
import io.saddle.schema.ModelSnapshot;
import io.saddle.schema.SnapshotWeights;
import io.saddle.service.MemoryLimit;
import io.saddle.topic.Topics;
import java.time.Instant;
import java.util.Map;
import org.apache.kafka.common.header.internals.RecordHeaders;
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
        Received<ModelSnapshot> received =
                new Received<>(Topics.SNAPSHOTS.name(), 0, 0, 0, "r", snapshot(false), new RecordHeaders());
        RefusedException refusal = assertThrows(RefusedException.class, () -> small.evaluate(received, spec));
        assertTrue(refusal.getMessage().startsWith("the network takes about"), refusal.getMessage());
    }
}
